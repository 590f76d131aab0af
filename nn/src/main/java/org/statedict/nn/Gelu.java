package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x P(X <= x)` for a normally distributed `X`. Hendrycks and Gimpel 2016. As `torch.nn.GELU`.
public final class Gelu extends NnModule implements Layer {
  /// How the distribution is computed.
  public enum Approximation {
    /// By the error function.
    NONE,
    /// `(1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`.
    TANH
  }

  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  final Approximation approximation;

  public Gelu() {
    this(Approximation.NONE);
  }

  public Gelu(Approximation approximation) {
    this.approximation = approximation;
  }

  @Override
  public Tensor forward(Tensor x) {
    return switch (approximation) {
      case NONE -> exact(x);
      case TANH -> x.pointwise(v -> 0.5 * v * (1 + tanh(v)), (v, _) -> slope(v));
    };
  }

  static Tensor exact(Tensor x) {
    Tensor erf = x.mul(Math.sqrt(0.5)).erf();
    return x.mul(0.5).mul(erf.add(1));
  }

  private static double tanh(double v) {
    return Math.tanh(ROOT * (v + CUBIC * v * v * v));
  }

  private static double slope(double v) {
    double t = tanh(v);
    return 0.5 * (1 + t) + 0.5 * v * (1 - t * t) * ROOT * (1 + 3 * CUBIC * v * v);
  }

  @Override
  public String pythonName() {
    return "GELU";
  }

  @Override
  protected String description() {
    return approximation == Approximation.NONE ? "approximate='none'" : "approximate='tanh'";
  }
}
