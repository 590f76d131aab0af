package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Collects elements narrower than a byte, packed from the low bits up; bits beyond the last
/// element are 0, whatever the storage holds there.
final class BitGather implements Gather {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final int BLOCK = 4096;
  private static final long RESIDENT_AT_MOST = 1L << 20;

  private final Storage storage;
  private final Walk walk;
  private final int bits;
  private final long elementCount;

  BitGather(Tensor tensor) {
    this.storage = tensor.storage();
    this.walk = Walk.of(tensor);
    this.bits = tensor.dtype().bits();
    this.elementCount = tensor.elementCount();
  }

  @Override
  public void copy(long at, MemorySegment dst) {
    if (walk.isDense() && walk.position(0) * bits % 8 == 0) {
      storage.copyTo(walk.position(0) * bits / 8 + at, dst);
      clearBeyondLast(at, dst);
      return;
    }
    dst.fill((byte) 0);
    long end = Math.min(elementCount, Math.ceilDiv((at + dst.byteSize()) * 8, bits));
    for (long from = at * 8 / bits; from < end; from += BLOCK) {
      copy(from, Math.min(end, from + BLOCK), at, dst);
    }
  }

  private void clearBeyondLast(long at, MemorySegment dst) {
    long lastByte = elementCount * bits / 8 - at;
    if (lastByte < dst.byteSize()) {
      int used = (1 << (elementCount * bits % 8)) - 1;
      dst.set(BYTE, lastByte, (byte) (dst.get(BYTE, lastByte) & used));
    }
  }

  private void copy(long from, long to, long at, MemorySegment dst) {
    Walk.Range range = walk.range(from, to);
    boolean near = range.size() * bits / 8 <= RESIDENT_AT_MOST;
    byte[] part = near ? bytes(range.low(), range.high()) : new byte[0];
    for (long element = from; element < to; element++) {
      long position = walk.position(element);
      int code =
          near
              ? code(part, position - range.low() / 8 * 8)
              : code(bytes(position, position + 1), position % 8);
      put(code, element * bits - at * 8, dst);
    }
  }

  /// The bytes that hold positions `low` to `high`; eight elements begin at a whole byte.
  private byte[] bytes(long low, long high) {
    long begin = low / 8 * bits;
    byte[] bytes = new byte[Math.toIntExact(Math.ceilDiv(high * bits, 8) - begin)];
    storage.copyTo(begin, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private int code(byte[] bytes, long position) {
    int bit = Math.toIntExact(position * bits);
    int next = bit / 8 + 1 < bytes.length ? bytes[bit / 8 + 1] : 0;
    return ((bytes[bit / 8] & 0xff) | next << 8) >> (bit % 8) & ((1 << bits) - 1);
  }

  /// Adds the bits of `code` from bit `bit` on as far as they lie within `dst`.
  private static void put(int code, long bit, MemorySegment dst) {
    long at = Math.floorDiv(bit, 8);
    int shifted = code << Math.floorMod(bit, 8);
    if (at >= 0) {
      dst.set(BYTE, at, (byte) (dst.get(BYTE, at) | shifted));
    }
    if (shifted > 0xff && at + 1 < dst.byteSize()) {
      dst.set(BYTE, at + 1, (byte) (dst.get(BYTE, at + 1) | shifted >> 8));
    }
  }
}
