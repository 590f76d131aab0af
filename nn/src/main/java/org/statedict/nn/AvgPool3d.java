package org.statedict.nn;

/// The mean in each window: `(n, channels, depth, height, width)` gives the same with fewer. As
/// `torch.nn.AvgPool3d`.
public final class AvgPool3d extends AvgPool {
  /// A window that moves by its own size.
  public AvgPool3d(int size) {
    this(PoolOptions.window(size));
  }

  public AvgPool3d(PoolOptions options) {
    super(3, options);
  }
}
