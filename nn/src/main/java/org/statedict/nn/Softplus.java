package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `log(1 + exp(beta x)) / beta`, and `x` where `beta x` is above a threshold; 1 and 20 unless
/// said. As `torch.nn.Softplus`.
public final class Softplus extends NnModule implements Layer {
  final double beta;
  final double threshold;

  public Softplus() {
    this(1, 20);
  }

  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> v * beta > threshold ? v : Math.log1p(Math.exp(v * beta)) / beta,
        (v, _) -> v * beta > threshold ? 1 : 1 / (1 + Math.exp(-v * beta)));
  }

  @Override
  protected String description() {
    return "beta=%s, threshold=%s"
        .formatted(ModulePrinter.python(beta), ModulePrinter.python(threshold));
  }
}
