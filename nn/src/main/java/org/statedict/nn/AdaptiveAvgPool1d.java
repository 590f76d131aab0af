package org.statedict.nn;

/// The mean of as many parts as are wanted: `(n, channels, length)` gives `(n, channels,
/// outputSize...)`. As `torch.nn.AdaptiveAvgPool1d`.
public final class AdaptiveAvgPool1d extends AdaptiveAvgPool {
  /// @param outputSize one number for each spatial dimension, or one for all
  public AdaptiveAvgPool1d(int... outputSize) {
    super(1, outputSize);
  }
}
