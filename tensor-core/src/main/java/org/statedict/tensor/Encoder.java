package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Turns Java numbers into a block of raw elements, with the numbers that PyTorch gives on x86.
///
/// A complex element counts as two of its half. Types narrower than a byte are not written here.
final class Encoder {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private Encoder() {}

  /// Writes floats as elements of a floating-point type of at most 32 bits.
  static void encode(DType dtype, float[] in, MemorySegment out) {
    switch (dtype) {
      case FLOAT32 -> MemorySegment.copy(in, 0, out, FLOAT, 0, in.length);
      case FLOAT16 -> write(halves(in), out);
      case BFLOAT16 -> write(bfloats(in), out);
      default -> write(codes(SmallFloat.of(dtype), in), out);
    }
  }

  /// Writes doubles; those that narrower types take pass through float, as in PyTorch.
  static void encode(DType dtype, double[] in, MemorySegment out) {
    if (dtype == DType.FLOAT64) {
      MemorySegment.copy(in, 0, out, DOUBLE, 0, in.length);
    } else if (dtype.isFloatingPoint()) {
      encode(dtype, narrowed(in), out);
    } else {
      write(dtype, integers(dtype, in), out);
    }
  }

  /// Writes the integers that `source` says they are; those that narrower floating-point types take
  /// pass through float.
  static void encode(DType dtype, DType source, long[] in, MemorySegment out) {
    boolean unsigned = source == DType.UINT64;
    if (dtype == DType.FLOAT64) {
      encode(dtype, doubles(in, unsigned), out);
    } else if (dtype.isFloatingPoint()) {
      encode(dtype, floats(in, unsigned), out);
    } else {
      write(dtype, dtype == DType.BOOL ? truths(in) : in, out);
    }
  }

  private static float[] narrowed(double[] in) {
    float[] out = new float[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = FloatBits.narrow(in[i]);
    }
    return out;
  }

  private static double[] doubles(long[] in, boolean unsigned) {
    double[] out = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = unsigned ? FloatBits.unsignedToDouble(in[i]) : in[i];
    }
    return out;
  }

  private static float[] floats(long[] in, boolean unsigned) {
    float[] out = new float[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = unsigned ? FloatBits.unsignedToFloat(in[i]) : in[i];
    }
    return out;
  }

  private static long[] truths(long[] in) {
    long[] out = new long[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = in[i] == 0 ? 0 : 1;
    }
    return out;
  }

  private static long[] integers(DType dtype, double[] in) {
    long[] out = new long[in.length];
    switch (dtype) {
      case BOOL -> {
        for (int i = 0; i < in.length; i++) {
          out[i] = in[i] == 0 ? 0 : 1;
        }
      }
      case UINT64 -> {
        for (int i = 0; i < in.length; i++) {
          out[i] = Truncation.toUnsignedLong(in[i]);
        }
      }
      case INT64, UINT32, UINT8 -> {
        for (int i = 0; i < in.length; i++) {
          out[i] = Truncation.toLong(in[i]);
        }
      }
      default -> {
        for (int i = 0; i < in.length; i++) {
          out[i] = Truncation.toInt(in[i]);
        }
      }
    }
    return out;
  }

  private static short[] halves(float[] in) {
    short[] out = new short[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = FloatBits.toHalf(in[i]);
    }
    return out;
  }

  private static short[] bfloats(float[] in) {
    short[] out = new short[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = FloatBits.toBfloat(in[i]);
    }
    return out;
  }

  private static byte[] codes(SmallFloat format, float[] in) {
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = (byte) format.encode(in[i]);
    }
    return out;
  }

  /// Writes the low bits of each integer.
  private static void write(DType dtype, long[] in, MemorySegment out) {
    switch (dtype.bits()) {
      case 64 -> MemorySegment.copy(in, 0, out, LONG, 0, in.length);
      case 32 -> {
        int[] ints = new int[in.length];
        for (int i = 0; i < in.length; i++) {
          ints[i] = (int) in[i];
        }
        MemorySegment.copy(ints, 0, out, INT, 0, in.length);
      }
      case 16 -> {
        short[] shorts = new short[in.length];
        for (int i = 0; i < in.length; i++) {
          shorts[i] = (short) in[i];
        }
        write(shorts, out);
      }
      default -> {
        byte[] bytes = new byte[in.length];
        for (int i = 0; i < in.length; i++) {
          bytes[i] = (byte) in[i];
        }
        write(bytes, out);
      }
    }
  }

  private static void write(short[] in, MemorySegment out) {
    MemorySegment.copy(in, 0, out, SHORT, 0, in.length);
  }

  private static void write(byte[] in, MemorySegment out) {
    MemorySegment.copy(in, 0, out, BYTE, 0, in.length);
  }
}
