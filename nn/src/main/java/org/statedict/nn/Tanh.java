package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// The hyperbolic tangent. As `torch.nn.Tanh`.
public final class Tanh extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.tanh();
  }
}
