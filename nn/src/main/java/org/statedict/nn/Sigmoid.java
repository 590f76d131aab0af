package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `1 / (1 + exp(-x))`. As `torch.nn.Sigmoid`.
public final class Sigmoid extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.sigmoid();
  }
}
