package org.statedict.nn;

/// The mean in each window: `(n, channels, length)` gives the same with fewer. As
/// `torch.nn.AvgPool1d`.
public final class AvgPool1d extends AvgPool {
  /// A window that moves by its own size.
  public AvgPool1d(int size) {
    this(PoolOptions.window(size));
  }

  public AvgPool1d(PoolOptions options) {
    super(1, options);
  }
}
