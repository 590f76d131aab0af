package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x` above 0, `slope x` below, 0.01 unless said. As `torch.nn.LeakyReLU`.
public final class LeakyRelu extends NnModule implements Layer {
  final double slope;

  public LeakyRelu() {
    this(0.01);
  }

  public LeakyRelu(double slope) {
    this.slope = slope;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(v -> v > 0 ? v : slope * v, (v, _) -> v > 0 ? 1 : slope);
  }

  @Override
  public String pythonName() {
    return "LeakyReLU";
  }

  @Override
  protected String description() {
    return "negative_slope=" + ModulePrinter.python(slope);
  }
}
