package org.statedict.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A tensor's elements as one run of bytes: row-major, densely packed, little-endian, conjugation
/// and negation resolved.
///
/// This is what every format writes and what a digest is computed over. Bytes can be asked for in
/// any order; forward reading costs least. An instance may hold a part of the storage while it
/// lives, so keep it for one pass only. Not thread-safe.
public final class TensorBytes {
  private final Tensor tensor;
  private final Gather gather;

  private TensorBytes(Tensor tensor) {
    this.tensor = tensor;
    this.gather = Gather.of(tensor);
  }

  public static TensorBytes of(Tensor tensor) {
    return new TensorBytes(tensor);
  }

  public long byteSize() {
    return tensor.byteSize();
  }

  /// Copies the bytes from `at` on until `dst` is full. `at` and the length must be multiples of
  /// the element's width where that is whole bytes.
  ///
  /// @throws IndexOutOfBoundsException if the range is outside the tensor
  /// @throws UncheckedIOException if the storage has to be read and that fails
  public void copyTo(long at, MemorySegment dst) {
    Objects.checkFromIndexSize(at, dst.byteSize(), byteSize());
    gather.copy(at, dst);
    SignFlips.resolve(tensor, at, dst);
  }

  /// A contiguous tensor on the heap with these bytes and the same traits, resolved.
  Tensor toTensor() {
    try {
      Storage owned = Storage.copied(byteSize(), tensor.dtype(), tensor.device(), this::copyTo);
      Traits resolved = tensor.traits().withConj(false).withNeg(false);
      return Tensor.over(owned, tensor.dtype(), tensor.shape()).withTraits(resolved);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
