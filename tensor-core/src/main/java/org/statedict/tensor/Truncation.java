package org.statedict.tensor;

/// Floats to integers as x86 processors and PyTorch on them do: towards zero, and the least integer
/// for what does not fit. Java itself saturates and makes NaN 0.
final class Truncation {
  private static final double TWO_TO_63 = 0x1p63;
  private static final double TWO_TO_31 = 0x1p31;

  private Truncation() {}

  static long toLong(double value) {
    return value >= -TWO_TO_63 && value < TWO_TO_63 ? (long) value : Long.MIN_VALUE;
  }

  /// Narrower integers take the low bits of this one.
  static int toInt(double value) {
    return value > -TWO_TO_31 - 1 && value < TWO_TO_31 ? (int) value : Integer.MIN_VALUE;
  }

  /// The bits of an unsigned integer; negative numbers wrap around, 2^64 and above give 0.
  static long toUnsignedLong(double value) {
    return value >= TWO_TO_63 ? toLong(value - TWO_TO_63) ^ Long.MIN_VALUE : toLong(value);
  }
}
