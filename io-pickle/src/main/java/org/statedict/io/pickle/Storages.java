package org.statedict.io.pickle;

import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Storage;

/// The storages that lie beside a pickle in its container.
interface Storages {
  /// A storage as a pickle declares it.
  ///
  /// @param key its name in the container
  /// @param dtype the element type of its class; none for untyped bytes
  /// @param count the number of its elements, or of bytes if it is untyped
  /// @param where the declaration, for messages
  record Declared(String key, @Nullable DType dtype, Device device, long count, Where where) {
    /// Its size in bytes.
    ///
    /// @throws ArithmeticException if that exceeds 64 bits
    long byteSize() {
      return dtype == null ? count : dtype.byteSize(count);
    }
  }

  /// The storage of a declaration. One that is missing or damaged is listed as broken, so that the
  /// others can be read.
  ///
  /// @param dtype the type of the tensor that views it, by which foreign byte orders are swapped
  /// @throws CheckpointException if the key was declared differently before
  Storage get(Declared declared, DType dtype) throws CheckpointException;
}
