package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x / (1 + |x|)`. As `torch.nn.Softsign`.
public final class Softsign extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(v -> v / (1 + Math.abs(v)), (v, _) -> Math.pow(1 + Math.abs(v), -2));
  }
}
