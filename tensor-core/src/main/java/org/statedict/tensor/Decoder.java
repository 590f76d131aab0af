package org.statedict.tensor;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// Turns a block of raw elements into Java numbers: one array in, one array out.
///
/// A complex element counts as two of its half. The blocks are heap memory that begins at a whole
/// byte.
final class Decoder {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  /// What each code of the formats of at most 8 bits stands for.
  private static final Map<DType, float[]> NUMBERS =
      Arrays.stream(SmallFloat.values())
          .filter(format -> DType.valueOf(format.name()).bits() <= 8)
          .collect(Collectors.toMap(f -> DType.valueOf(f.name()), SmallFloat::numbers));

  private Decoder() {}

  /// Decodes the first `out.length` numbers of a floating-point type of at most 32 bits.
  static void decode(DType dtype, MemorySegment raw, float[] out) {
    switch (dtype) {
      case FLOAT32 -> MemorySegment.copy(raw, FLOAT, 0, out, 0, out.length);
      case FLOAT16 -> halves(shorts(raw, out.length), out);
      case BFLOAT16 -> bfloats(shorts(raw, out.length), out);
      default -> lookUp(codes(dtype, raw, out.length), requireNonNull(NUMBERS.get(dtype)), out);
    }
  }

  /// Decodes the first `out.length` numbers of a floating-point type.
  static void decode(DType dtype, MemorySegment raw, double[] out) {
    if (dtype == DType.FLOAT64) {
      MemorySegment.copy(raw, DOUBLE, 0, out, 0, out.length);
      return;
    }
    float[] narrow = new float[out.length];
    decode(dtype, raw, narrow);
    for (int i = 0; i < out.length; i++) {
      out[i] = FloatBits.widen(narrow[i]);
    }
  }

  /// Decodes the first `out.length` integers or truths; an unsigned 64-bit integer by its bits.
  static void decode(DType dtype, MemorySegment raw, long[] out) {
    switch (dtype) {
      case INT64, UINT64 -> MemorySegment.copy(raw, LONG, 0, out, 0, out.length);
      case INT32 -> widen(ints(raw, out.length), out, -1L);
      case UINT32 -> widen(ints(raw, out.length), out, 0xffff_ffffL);
      case INT16 -> widen(shorts(raw, out.length), out, -1L);
      case UINT16 -> widen(shorts(raw, out.length), out, 0xffffL);
      case BOOL -> truths(codes(dtype, raw, out.length), out);
      case INT8, INT4, INT2 -> signExtend(codes(dtype, raw, out.length), dtype.bits(), out);
      default -> widen(codes(dtype, raw, out.length), out);
    }
  }

  private static short[] shorts(MemorySegment raw, int count) {
    short[] shorts = new short[count];
    MemorySegment.copy(raw, SHORT, 0, shorts, 0, count);
    return shorts;
  }

  private static int[] ints(MemorySegment raw, int count) {
    int[] ints = new int[count];
    MemorySegment.copy(raw, INT, 0, ints, 0, count);
    return ints;
  }

  /// The elements of a type of at most 8 bits, one in each byte.
  private static byte[] codes(DType dtype, MemorySegment raw, int count) {
    byte[] bytes = new byte[Math.toIntExact(dtype.byteSize(count))];
    MemorySegment.copy(raw, BYTE, 0, bytes, 0, bytes.length);
    return dtype.isSubByte() ? unpacked(bytes, dtype.bits(), count) : bytes;
  }

  private static byte[] unpacked(byte[] packed, int bits, int count) {
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      int at = i * bits;
      int next = at / 8 + 1 < packed.length ? packed[at / 8 + 1] : 0;
      int pair = (packed[at / 8] & 0xff) | next << 8;
      codes[i] = (byte) (pair >> (at % 8) & ((1 << bits) - 1));
    }
    return codes;
  }

  private static void halves(short[] in, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = FloatBits.fromHalf(in[i]);
    }
  }

  private static void bfloats(short[] in, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = FloatBits.fromBfloat(in[i]);
    }
  }

  private static void lookUp(byte[] codes, float[] numbers, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = numbers[codes[i] & 0xff];
    }
  }

  private static void widen(int[] in, long[] out, long mask) {
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i] & mask;
    }
  }

  private static void widen(short[] in, long[] out, long mask) {
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i] & mask;
    }
  }

  private static void widen(byte[] in, long[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i] & 0xff;
    }
  }

  private static void signExtend(byte[] in, int bits, long[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (long) in[i] << (64 - bits) >> (64 - bits);
    }
  }

  private static void truths(byte[] in, long[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i] == 0 ? 0 : 1;
    }
  }
}
