package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `max(x, 0)`. As `torch.nn.ReLU`.
public final class Relu extends NnModule implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    return x.relu();
  }

  @Override
  public String pythonName() {
    return "ReLU";
  }
}
