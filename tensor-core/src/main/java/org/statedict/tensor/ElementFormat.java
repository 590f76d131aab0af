package org.statedict.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/// How PyTorch writes the floating-point numbers of one tensor: all as integers, all with four
/// decimals or all with an exponent, whichever suits the finite numbers other than 0 among them,
/// padded to the widest of these.
final class ElementFormat {
  private static final int PRECISION = 4;
  private static final double LEAST_POWER = 0x1p-127;

  private enum Notation {
    INTEGER,
    DECIMAL,
    SCIENTIFIC
  }

  private final Notation notation;
  private final int width;

  private ElementFormat(Notation notation, int width) {
    this.notation = notation;
    this.width = width;
  }

  /// The format that suits `numbers`.
  static ElementFormat of(double... numbers) {
    return suiting(Arrays.stream(numbers).filter(d -> d != 0 && Double.isFinite(d)).toArray());
  }

  /// The format that suits powers of two of type float8_e8m0fnu: PyTorch takes the least of them
  /// for 0 and NaN for finite.
  static ElementFormat ofPowers(double... numbers) {
    return suiting(Arrays.stream(numbers).filter(d -> d != LEAST_POWER).toArray());
  }

  private static ElementFormat suiting(double... decisive) {
    Notation notation = notation(decisive);
    ElementFormat unpadded = new ElementFormat(notation, 1);
    int width =
        Arrays.stream(decisive).mapToObj(unpadded::format).mapToInt(String::length).max().orElse(1);
    return new ElementFormat(notation, width);
  }

  private static Notation notation(double... decisive) {
    double greatest = Arrays.stream(decisive).map(Math::abs).max().orElse(1);
    double least = Arrays.stream(decisive).map(Math::abs).min().orElse(1);
    if (greatest / least > 1000 || greatest > 1e8 || least < 1e-4) {
      return Notation.SCIENTIFIC;
    }
    boolean whole = Arrays.stream(decisive).allMatch(d -> d == Math.ceil(d));
    return whole ? Notation.INTEGER : Notation.DECIMAL;
  }

  /// The width of the widest number that decided the format; others may be wider.
  int width() {
    return width;
  }

  /// `number`, filled up with spaces on the left.
  String format(double number) {
    return padded(signed(number), width);
  }

  static String padded(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private String signed(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    boolean negative = Double.doubleToRawLongBits(number) < 0;
    return (negative ? "-" : "") + unsigned(Math.abs(number));
  }

  private String unsigned(double number) {
    if (Double.isInfinite(number)) {
      return "inf";
    }
    BigDecimal exact = new BigDecimal(number);
    return switch (notation) {
      case INTEGER -> exact.setScale(0, RoundingMode.HALF_EVEN).toPlainString() + ".";
      case DECIMAL -> exact.setScale(PRECISION, RoundingMode.HALF_EVEN).toPlainString();
      case SCIENTIFIC -> scientific(exact);
    };
  }

  /// As C's `%.4e` writes it.
  private static String scientific(BigDecimal exact) {
    BigDecimal rounded = exact.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = rounded.signum() == 0 ? 0 : digits.length() - 1 - rounded.scale();
    String filled = (digits + "0".repeat(PRECISION)).substring(0, PRECISION + 1);
    return "%c.%se%c%02d"
        .formatted(
            filled.charAt(0), filled.substring(1), exponent < 0 ? '-' : '+', Math.abs(exponent));
  }
}
