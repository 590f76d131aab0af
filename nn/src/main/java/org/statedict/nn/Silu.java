package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x sigmoid(x)`, also called swish. Elfwing et al. 2017. As `torch.nn.SiLU`.
public final class Silu extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(v -> v * sigmoid(v), (v, _) -> sigmoid(v) * (1 + v * (1 - sigmoid(v))));
  }

  private static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  @Override
  public String pythonName() {
    return "SiLU";
  }
}
