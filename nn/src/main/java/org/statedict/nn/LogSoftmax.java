package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x - log(sum(exp(x)))` along a dimension. As `torch.nn.LogSoftmax`.
public final class LogSoftmax extends NnModule implements Layer {
  final int dim;

  /// @param dim negative ones count from the end
  public LogSoftmax(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.logSoftmax(dim);
  }

  @Override
  protected String description() {
    return "dim=" + dim;
  }
}
