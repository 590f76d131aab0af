package org.statedict.nn;

/// Batch normalization of `(n, features, depth, height, width)`; see [BatchNorm]. As
/// `torch.nn.BatchNorm3d`.
public final class BatchNorm3d extends BatchNorm {
  public BatchNorm3d(int features) {
    this(features, BatchNormOptions.DEFAULT);
  }

  public BatchNorm3d(int features, BatchNormOptions options) {
    super(3, features, options);
  }
}
