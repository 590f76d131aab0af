package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x tanh(log(1 + exp(x)))`. Misra 2019. As `torch.nn.Mish`.
public final class Mish extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(Mish::value, (v, _) -> slope(v));
  }

  private static double value(double v) {
    return v * Math.tanh(softplus(v));
  }

  private static double softplus(double v) {
    return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
  }

  private static double slope(double v) {
    double t = Math.tanh(softplus(v));
    return t + v * (1 - t * t) / (1 + Math.exp(-v));
  }
}
