package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `min(max(x, 0), 6)`. As `torch.nn.ReLU6`.
public final class Relu6 extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(v -> Math.min(Math.max(v, 0), 6), (v, _) -> v > 0 && v < 6 ? 1 : 0);
  }

  @Override
  public String pythonName() {
    return "ReLU6";
  }
}
