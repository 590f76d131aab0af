package org.statedict.nn;

/// Batch normalization of `(n, features, length)` or `(n, features)`; see [BatchNorm]. As
/// `torch.nn.BatchNorm1d`.
public final class BatchNorm1d extends BatchNorm {
  public BatchNorm1d(int features) {
    this(features, BatchNormOptions.DEFAULT);
  }

  public BatchNorm1d(int features, BatchNormOptions options) {
    super(1, features, options);
  }
}
