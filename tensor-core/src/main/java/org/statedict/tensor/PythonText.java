package org.statedict.tensor;

import java.math.BigDecimal;

/// Numbers as Python's `repr` writes them: the fewest digits that give the same number, an exponent
/// below 1e-4 and from 1e16 on.
final class PythonText {
  private static final double LEAST_PLAIN = 1e-4;
  private static final double FIRST_WITH_EXPONENT = 1e16;

  private PythonText() {}

  static String of(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size == 0 || (size >= LEAST_PLAIN && size < FIRST_WITH_EXPONENT)) {
      return plain(number);
    }
    return withExponent(Double.toString(number));
  }

  private static String plain(double number) {
    String java = Double.toString(number);
    if (!java.contains("E")) {
      return java;
    }
    String digits = new BigDecimal(java).stripTrailingZeros().toPlainString();
    return digits.contains(".") ? digits : digits + ".0";
  }

  /// Of `1.0E-5` makes `1e-05`.
  private static String withExponent(String java) {
    int e = java.indexOf('E');
    String digits = java.substring(0, e);
    int exponent = Integer.parseInt(java.substring(e + 1));
    String shortest = digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits;
    return "%se%s%02d".formatted(shortest, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
