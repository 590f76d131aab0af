package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Collects a tensor's elements in row-major order out of its storage.
///
/// Dimensions that lie densely inside each other are merged first, so that a contiguous tensor is
/// one copy and a slice of rows is one copy per row. A storage that is read rather than addressed
/// is brought to memory once, if the part that the tensor spans is not huge.
final class Gather {
  private static final long RESIDENT_AT_MOST = 256L << 20;

  private final Storage storage;
  private final int bits;
  private final long[] sizes;
  private final long[] steps;
  private final long firstElement;

  private Gather(Storage storage, int bits, long[] sizes, long[] steps, long firstElement) {
    this.storage = storage;
    this.bits = bits;
    this.sizes = sizes;
    this.steps = steps;
    this.firstElement = firstElement;
  }

  static Gather of(Tensor t) {
    long[][] merged = merge(t.shape(), t.strides());
    boolean dense = merged[0].length == 1 && merged[1][0] == 1;
    Window window = dense ? new Window(t.storage(), 0) : Window.around(t);
    return new Gather(
        window.storage, t.dtype().bits(), merged[0], merged[1], t.storageOffset() - window.first);
  }

  /// The part of a storage that the gather reads from, and the element at its start.
  private record Window(Storage storage, long first) {
    static Window around(Tensor t) {
      boolean deferred = t.storage() instanceof DeferredStorage;
      if (!deferred || t.elementCount() == 0 || t.dtype().isSubByte()) {
        return new Window(t.storage(), 0);
      }
      long at = t.dtype().byteSize(t.storageOffset());
      long size = t.dtype().byteSize(t.strides().span(t.shape()));
      return size > RESIDENT_AT_MOST
          ? new Window(t.storage(), 0)
          : new Window(
              SegmentStorage.resident(t.storage(), at, size, t.dtype()), t.storageOffset());
    }
  }

  /// Sizes and steps without dimensions of size 1, neighbours merged where one continues the other;
  /// at least one dimension remains.
  private static long[][] merge(Shape shape, Strides strides) {
    long[] sizes = new long[shape.rank() + 1];
    long[] steps = new long[shape.rank() + 1];
    sizes[0] = 1;
    steps[0] = 1;
    int n = 0;
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) == 1) {
        continue;
      }
      boolean continues = sizes[n] != 1 && steps[n] == strides.step(i) * shape.dim(i);
      n += continues || sizes[n] == 1 ? 0 : 1;
      sizes[n] = continues ? sizes[n] * shape.dim(i) : shape.dim(i);
      steps[n] = strides.step(i);
    }
    return new long[][] {Arrays.copyOf(sizes, n + 1), Arrays.copyOf(steps, n + 1)};
  }

  /// Fills `dst` with the row-major bytes from `at` on.
  void copy(long at, MemorySegment dst) {
    if (bits < 8) {
      copyBits(at, dst);
      return;
    }
    int width = bits / 8;
    int inner = sizes.length - 1;
    long element = at / width;
    long done = 0;
    long total = dst.byteSize() / width;
    while (done < total) {
      long column = element % sizes[inner];
      long run = Math.min(sizes[inner] - column, total - done);
      copyRun(position(element), run, dst.asSlice(done * width, run * width), width);
      done += run;
      element += run;
    }
  }

  private void copyRun(long from, long count, MemorySegment dst, int width) {
    long step = steps[steps.length - 1];
    if (step == 1) {
      storage.copyTo(from * width, dst);
    } else if (storage instanceof SegmentStorage resident) {
      resident.copyStrided(from * width, step * width, width, dst);
    } else {
      for (long i = 0; i < count; i++) {
        storage.copyTo((from + i * step) * width, dst.asSlice(i * width, width));
      }
    }
  }

  /// Where the element with this row-major number lies in the storage, in elements.
  private long position(long element) {
    long at = firstElement;
    long rest = element;
    for (int i = sizes.length - 1; i >= 0 && rest > 0; i--) {
      at += rest % sizes[i] * steps[i];
      rest /= sizes[i];
    }
    return at;
  }

  private void copyBits(long at, MemorySegment dst) {
    boolean dense = sizes.length == 1 && steps[0] == 1 && firstElement * bits % 8 == 0;
    if (dense) {
      storage.copyTo(firstElement * bits / 8 + at, dst);
      return;
    }
    MemorySegment all =
        SegmentStorage.resident(storage, 0, storage.byteSize(), DType.UINT8).bytes();
    for (long i = 0; i < dst.byteSize(); i++) {
      dst.set(ValueLayout.JAVA_BYTE, i, packedByte(all, at + i));
    }
  }

  private byte packedByte(MemorySegment all, long index) {
    int packed = 0;
    long count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    for (int bit = 0; bit < 8; bit++) {
      long logical = index * 8 + bit;
      if (logical / bits < count) {
        long stored = position(logical / bits) * bits + logical % bits;
        packed |= (all.get(ValueLayout.JAVA_BYTE, stored / 8) >> (stored % 8) & 1) << bit;
      }
    }
    return (byte) packed;
  }
}
