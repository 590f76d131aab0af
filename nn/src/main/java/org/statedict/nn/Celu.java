package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x` above 0, `alpha (exp(x / alpha) - 1)` below, alpha 1 unless said. Barron 2017. As
/// `torch.nn.CELU`.
public final class Celu extends NnModule implements Layer {
  final double alpha;

  public Celu() {
    this(1);
  }

  public Celu(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> v > 0 ? v : alpha * Math.expm1(v / alpha), (v, _) -> v > 0 ? 1 : Math.exp(v / alpha));
  }

  @Override
  public String pythonName() {
    return "CELU";
  }

  @Override
  protected String description() {
    return "alpha=" + ModulePrinter.python(alpha);
  }
}
