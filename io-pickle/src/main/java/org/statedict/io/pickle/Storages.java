package org.statedict.io.pickle;

import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;

/// The storages that lie beside a pickle in its container.
interface Storages {
  /// A storage as a pickle declares it.
  ///
  /// @param key its name in the container
  /// @param dtype the element type of its class; none for untyped bytes
  /// @param count the number of its elements, or of bytes if it is untyped
  /// @param where the declaration, for messages
  /// @param part the elements that a view of old files is confined to; none for the whole storage
  record Declared(
      String key,
      @Nullable DType dtype,
      Device device,
      long count,
      @Nullable Part part,
      Where where) {
    /// Its size in bytes.
    ///
    /// @throws ArithmeticException if that exceeds 64 bits
    long byteSize() {
      return dtype == null ? count : dtype.byteSize(count);
    }

    /// A tensor in this storage, at `offset` in the part that is declared.
    ///
    /// @throws IllegalArgumentException if it does not lie in that part
    Tensor tensor(Storage storage, DType type, Shape shape, Strides strides, long offset) {
      if (part == null) {
        return Tensor.over(storage, type, shape, strides, offset);
      }
      part.requireInside(shape, strides, offset);
      long from = Math.addExact(part.from(), offset);
      return Tensor.over(storage, type, shape, strides, from);
    }

    /// All elements as a tensor of one dimension.
    Tensor whole(Storage storage, DType type) {
      Shape shape = Shape.of(part == null ? count : part.count());
      return tensor(storage, type, shape, shape.contiguousStrides(), 0);
    }
  }

  /// A range of a storage's elements.
  record Part(long from, long count) {
    /// @throws IllegalArgumentException if an element lies behind the range
    void requireInside(Shape shape, Strides strides, long offset) {
      long end = shape.elementCount() == 0 ? 0 : Math.addExact(offset, strides.span(shape));
      if (offset < 0 || end > count) {
        throw new IllegalArgumentException(
            "a tensor that ends at element %d of a view of %d".formatted(end, count));
      }
    }
  }

  /// The storage of a declaration. One that is missing or damaged is listed as broken, so that the
  /// others can be read.
  ///
  /// @param dtype the type of the tensor that views it, by which foreign byte orders are swapped
  /// @throws CheckpointException if the key was declared differently before
  Storage get(Declared declared, DType dtype) throws CheckpointException;
}
