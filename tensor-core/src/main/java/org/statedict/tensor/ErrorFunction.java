package org.statedict.tensor;

/// The error function to full double precision: the series around 0, a continued fraction beyond.
///
/// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
final class ErrorFunction {
  private static final double SERIES_TO = 3;
  private static final double ONE_FROM = 6;

  private ErrorFunction() {}

  static double erf(double x) {
    double size = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    double value = size < SERIES_TO ? series(size) : size < ONE_FROM ? 1 - complement(size) : 1;
    return Math.copySign(value, x);
  }

  /// `2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (1 3 ... (2n+1))`, whose terms are all positive.
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /// `exp(-x^2)/sqrt(pi) 1/(x + 1/2/(x + 1/(x + 3/2/(x + ...))))`.
  private static double complement(double x) {
    double fraction = x;
    for (int n = 60; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
