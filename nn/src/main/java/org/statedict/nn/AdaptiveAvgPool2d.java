package org.statedict.nn;

/// The mean of as many parts as are wanted: `(n, channels, height, width)` gives `(n, channels,
/// outputSize...)`. As `torch.nn.AdaptiveAvgPool2d`.
public final class AdaptiveAvgPool2d extends AdaptiveAvgPool {
  /// @param outputSize one number for each spatial dimension, or one for all
  public AdaptiveAvgPool2d(int... outputSize) {
    super(2, outputSize);
  }
}
