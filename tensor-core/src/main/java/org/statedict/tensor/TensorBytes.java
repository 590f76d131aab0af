package org.statedict.tensor;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// A tensor's elements as one run of bytes: row-major, densely packed, little-endian, conjugation
/// and negation resolved.
///
/// This is what every format writes and what a digest is computed over. Bytes can be asked for in
/// any order; forward reading costs least. An instance may hold a part of the storage while it
/// lives, so keep it for one pass only. Not thread-safe.
public final class TensorBytes {
  private static final int PIECE = 1 << 20;

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

  /// The bytes themselves, for reading only, if they lie in memory outside of the heap as they are.
  public Optional<MemorySegment> memory() {
    boolean asStored = tensor.isContiguous() && !tensor.traits().conj() && !tensor.traits().neg();
    if (asStored && tensor.storage() instanceof SegmentStorage storage && storage.isOutside()) {
      long from = tensor.dtype().byteSize(tensor.storageOffset());
      return Optional.of(storage.bytes().asSlice(from, byteSize()).asReadOnly());
    }
    return Optional.empty();
  }

  /// Copies `length` bytes from `at` on to the start of `dst`; see [#copyTo(long, MemorySegment)].
  public void copyTo(long at, byte[] dst, int length) {
    copyTo(at, MemorySegment.ofArray(dst).asSlice(0, length));
  }

  /// Copies the bytes from `at` on until `dst` is full. `at` and the length must be multiples of
  /// the element's width where that is whole bytes.
  ///
  /// @throws IndexOutOfBoundsException if the range is outside the tensor
  /// @throws IllegalArgumentException if it begins or ends within an element of whole bytes
  /// @throws UncheckedIOException if the storage has to be read and that fails
  public void copyTo(long at, MemorySegment dst) {
    Objects.checkFromIndexSize(at, dst.byteSize(), byteSize());
    int width = Math.max(1, tensor.dtype().bits() / 8);
    if (at % width != 0 || dst.byteSize() % width != 0) {
      throw new IllegalArgumentException(
          "%d bytes from byte %d on are not whole elements of %s"
              .formatted(dst.byteSize(), at, tensor.dtype()));
    }
    if (dst.byteSize() > 0) {
      gather.copy(at, dst);
      SignFlips.resolve(tensor, dst);
    }
  }

  /// A contiguous tensor on the heap with these bytes and the same traits, resolved.
  Tensor toTensor() {
    Storage owned =
        SegmentStorage.copiedUnchecked(byteSize(), tensor.dtype(), tensor.device(), this::copyTo);
    Traits resolved = tensor.traits().withConj(false).withNeg(false);
    return Tensor.over(owned, tensor.dtype(), tensor.shape()).withTraits(resolved);
  }

  /// The first byte in which two tensors of one type and shape differ, or -1.
  static long mismatch(Tensor a, Tensor b) {
    TensorBytes left = of(a);
    TensorBytes right = of(b);
    int piece = (int) Math.min(PIECE, a.byteSize());
    MemorySegment one = MemorySegment.ofArray(new byte[piece]);
    MemorySegment two = MemorySegment.ofArray(new byte[piece]);
    for (long at = 0; at < a.byteSize(); at += piece) {
      long size = Math.min(piece, a.byteSize() - at);
      left.copyTo(at, one.asSlice(0, size));
      right.copyTo(at, two.asSlice(0, size));
      long differs = MemorySegment.mismatch(one, 0, size, two, 0, size);
      if (differs >= 0) {
        return at + differs;
      }
    }
    return -1;
  }
}
