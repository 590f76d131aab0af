package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x` above 0, `alpha (exp(x) - 1)` below, alpha 1 unless said. Clevert et al. 2015. As
/// `torch.nn.ELU`.
public final class Elu extends NnModule implements Layer {
  final double alpha;

  public Elu() {
    this(1);
  }

  public Elu(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> v > 0 ? v : alpha * Math.expm1(v), (v, _) -> v > 0 ? 1 : alpha * Math.exp(v));
  }

  @Override
  public String pythonName() {
    return "ELU";
  }

  @Override
  protected String description() {
    return "alpha=" + ModulePrinter.python(alpha);
  }
}
