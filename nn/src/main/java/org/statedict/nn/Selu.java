package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `1.0507 (max(x, 0) + min(1.67326 (exp(x) - 1), 0))`. Klambauer et al. 2017. As `torch.nn.SELU`.
public final class Selu extends NnModule implements Layer {
  private static final double ALPHA = 1.6732632423543772;
  private static final double SCALE = 1.0507009873554805;

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> SCALE * (v > 0 ? v : ALPHA * Math.expm1(v)),
        (v, _) -> SCALE * (v > 0 ? 1 : ALPHA * Math.exp(v)));
  }

  @Override
  public String pythonName() {
    return "SELU";
  }
}
