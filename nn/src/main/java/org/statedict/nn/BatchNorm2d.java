package org.statedict.nn;

/// Batch normalization of `(n, features, height, width)`; see [BatchNorm]. As
/// `torch.nn.BatchNorm2d`.
public final class BatchNorm2d extends BatchNorm {
  public BatchNorm2d(int features) {
    this(features, BatchNormOptions.DEFAULT);
  }

  public BatchNorm2d(int features, BatchNormOptions options) {
    super(2, features, options);
  }
}
