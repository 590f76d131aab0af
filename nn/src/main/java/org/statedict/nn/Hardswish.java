package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x min(max(x + 3, 0), 6) / 6`. Howard et al. 2019. As `torch.nn.Hardswish`.
public final class Hardswish extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> v * Math.min(Math.max(v + 3, 0), 6) / 6,
        (v, _) -> v <= -3 ? 0 : v < 3 ? v / 3 + 0.5 : 1);
  }
}
