package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `log(1 / (1 + exp(-x)))`. As `torch.nn.LogSigmoid`.
public final class LogSigmoid extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v))), (v, _) -> 1 / (1 + Math.exp(v)));
  }
}
