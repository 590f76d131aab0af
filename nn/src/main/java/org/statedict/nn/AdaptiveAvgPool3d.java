package org.statedict.nn;

/// The mean of as many parts as are wanted: `(n, channels, depth, height, width)` gives `(n,
/// channels, outputSize...)`. As `torch.nn.AdaptiveAvgPool3d`.
public final class AdaptiveAvgPool3d extends AdaptiveAvgPool {
  /// @param outputSize one number for each spatial dimension, or one for all
  public AdaptiveAvgPool3d(int... outputSize) {
    super(3, outputSize);
  }
}
