package org.statedict.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.LongStream;

/// A storage over one segment of memory: an array on the heap, or a part of a mapped file.
final class SegmentStorage implements Storage {
  private static final long LARGE = 32L << 20;
  private static final long PART = 4L << 20;
  private static final long PIECE = 8L << 20;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final MemorySegment bytes;
  private final Device device;
  private final String origin;

  SegmentStorage(MemorySegment bytes, Device device, String origin) {
    this.bytes = bytes;
    this.device = device;
    this.origin = origin;
  }

  static SegmentStorage heap(MemorySegment bytes, Device device) {
    return new SegmentStorage(bytes, device, "memory");
  }

  static SegmentStorage copied(long byteSize, DType dtype, Device device, Filler filler)
      throws IOException {
    MemorySegment bytes = allocate(byteSize, dtype);
    for (long at = 0; at < byteSize; at += PIECE) {
      filler.fill(at, bytes.asSlice(at, Math.min(PIECE, byteSize - at)));
    }
    return heap(bytes, device);
  }

  /// Zeroed memory: an array of the primitive type that fits `dtype` (right alignment, no cleaner),
  /// of longs when that would be too long an array, and off the heap beyond 16 GiB.
  private static MemorySegment allocate(long byteSize, DType dtype) {
    int width = Math.min(8, Math.max(1, dtype.bits() / 8));
    if (byteSize % width != 0 || byteSize / width > Integer.MAX_VALUE - 8) {
      width = byteSize > Integer.MAX_VALUE - 8 ? 8 : 1;
    }
    long length = byteSize / width + (byteSize % width == 0 ? 0 : 1);
    if (length > Integer.MAX_VALUE - 8) {
      return Arena.ofAuto().allocate(byteSize, 64);
    }
    return array((int) length, width, dtype).asSlice(0, byteSize);
  }

  private static MemorySegment array(int length, int width, DType dtype) {
    boolean real = dtype.isFloatingPoint() || dtype.isComplex();
    return switch (width) {
      case 8 ->
          real
              ? MemorySegment.ofArray(new double[length])
              : MemorySegment.ofArray(new long[length]);
      case 4 ->
          real ? MemorySegment.ofArray(new float[length]) : MemorySegment.ofArray(new int[length]);
      case 2 -> MemorySegment.ofArray(new short[length]);
      default -> MemorySegment.ofArray(new byte[length]);
    };
  }

  /// The same of a filler that throws no checked exception.
  static SegmentStorage copiedUnchecked(long byteSize, DType dtype, Device device, Filler filler) {
    try {
      return copied(byteSize, dtype, device, filler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Fills `dst` with elements of `width` bytes that lie `step` bytes apart, the first one at `at`.
  void copyStrided(long at, long step, int width, MemorySegment dst) {
    guarded(() -> {
      long from = at;
      for (long to = 0; to < dst.byteSize(); to += width, from += step) {
        copyElement(from, width, dst, to);
      }
    });
  }

  private void copyElement(long from, int width, MemorySegment dst, long to) {
    switch (width) {
      case 1 -> dst.set(BYTE, to, bytes.get(BYTE, from));
      case 2 -> dst.set(SHORT, to, bytes.get(SHORT, from));
      case 4 -> dst.set(INT, to, bytes.get(INT, from));
      case 8 -> dst.set(LONG, to, bytes.get(LONG, from));
      default -> MemorySegment.copy(bytes, from, dst, to, width);
    }
  }

  /// Whether the memory is this storage's own, not lent by a file.
  boolean isOwned() {
    return !bytes.isReadOnly();
  }

  /// Whether the memory is outside of the heap, and still there.
  boolean isOutside() {
    return bytes.isNative() && bytes.scope().isAlive();
  }

  /// The memory itself; only this package reads it, and never writes it.
  MemorySegment bytes() {
    return bytes;
  }

  @Override
  public long byteSize() {
    return bytes.byteSize();
  }

  @Override
  public Storage withDevice(Device label) {
    return new SegmentStorage(bytes, label, origin);
  }

  @Override
  public Device device() {
    return device;
  }

  /// Large copies to an array are made by all processors; other memory may belong to one thread.
  @Override
  public void copyTo(long at, MemorySegment dst) {
    if (dst.isNative() || dst.byteSize() < LARGE) {
      guarded(() -> MemorySegment.copy(bytes, at, dst, 0, dst.byteSize()));
    } else {
      guarded(() ->
          LongStream.range(0, Math.ceilDiv(dst.byteSize(), PART))
              .parallel()
              .forEach(i -> {
                long from = i * PART;
                MemorySegment.copy(
                    bytes, at + from, dst, from, Math.min(PART, dst.byteSize() - from));
              }));
    }
  }

  /// Touches the memory, which a mapped file may have lost meanwhile.
  private void guarded(Runnable access) {
    try {
      access.run();
    } catch (InternalError e) {
      throw new UncheckedIOException(
          new IOException(origin + ": the file changed while it was read; read it again", e));
    } catch (IllegalStateException e) {
      throw closed(e);
    }
  }

  private IllegalStateException closed(IllegalStateException cause) {
    return new IllegalStateException(
        origin + " was closed, and its tensors with it; copy() a tensor to keep it", cause);
  }
}
