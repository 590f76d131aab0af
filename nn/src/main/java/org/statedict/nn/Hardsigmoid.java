package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `min(max(x / 6 + 1/2, 0), 1)`. As `torch.nn.Hardsigmoid`.
public final class Hardsigmoid extends NnModule implements Layer {
  /// PyTorch has this number in float32 whatever the type.
  private static final double SLOPE = 1f / 6;

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> Math.min(Math.max(v + 3, 0), 6) / 6, (v, _) -> v > -3 && v < 3 ? SLOPE : 0);
  }
}
