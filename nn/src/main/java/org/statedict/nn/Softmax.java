package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `exp(x) / sum(exp(x))` along a dimension. As `torch.nn.Softmax`.
public final class Softmax extends NnModule implements Layer {
  final int dim;

  /// @param dim negative ones count from the end
  public Softmax(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.softmax(dim);
  }

  @Override
  protected String description() {
    return "dim=" + dim;
  }
}
