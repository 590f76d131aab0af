package org.statedict.tensor;

/// Conversions between float widths whose NaNs come out the same on every machine: quiet, with the
/// upper payload bits kept. Java leaves a NaN's bits to the processor.
final class FloatBits {
  private static final int QUIET = 0x0040_0000;
  private static final long WIDE_QUIET = 0x0008_0000_0000_0000L;

  private FloatBits() {}

  static double widen(float value) {
    return !Float.isNaN(value) ? value : widenNaN(Float.floatToRawIntBits(value));
  }

  private static double widenNaN(int bits) {
    long sign = (long) (bits >>> 31) << 63;
    long payload = (long) (bits & 0x007f_ffff) << 29;
    return Double.longBitsToDouble(sign | 0x7ff0_0000_0000_0000L | WIDE_QUIET | payload);
  }

  static float narrow(double value) {
    return !Double.isNaN(value) ? (float) value : narrowNaN(Double.doubleToRawLongBits(value));
  }

  private static float narrowNaN(long bits) {
    int sign = (int) (bits >>> 63) << 31;
    int payload = (int) (bits >>> 29) & 0x007f_ffff;
    return Float.intBitsToFloat(sign | 0x7f80_0000 | QUIET | payload);
  }

  static float fromHalf(short bits) {
    float value = Float.float16ToFloat(bits);
    return !Float.isNaN(value) ? value : SmallFloat.FLOAT16.decode(bits & 0xffff);
  }

  static short toHalf(float value) {
    return !Float.isNaN(value)
        ? Float.floatToFloat16(value)
        : (short) SmallFloat.FLOAT16.encode(value);
  }

  static float fromBfloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  static short toBfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    return !Float.isNaN(value)
        ? (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16)
        : (short) SmallFloat.BFLOAT16.encode(value);
  }

  /// The unsigned 64-bit integer `bits` as the nearest float.
  static float unsignedToFloat(long bits) {
    return bits >= 0 ? bits : 2f * (float) (bits >>> 1 | (bits & 1));
  }

  /// The unsigned 64-bit integer `bits` as the nearest double.
  static double unsignedToDouble(long bits) {
    return bits >= 0 ? bits : 2.0 * (double) (bits >>> 1 | (bits & 1));
  }
}
