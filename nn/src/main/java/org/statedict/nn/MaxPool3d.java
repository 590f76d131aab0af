package org.statedict.nn;

/// The largest element in each window: `(n, channels, depth, height, width)` gives the same with
/// fewer. As `torch.nn.MaxPool3d`.
public final class MaxPool3d extends MaxPool {
  /// A window that moves by its own size.
  public MaxPool3d(int size) {
    this(PoolOptions.window(size));
  }

  public MaxPool3d(PoolOptions options) {
    super(3, options);
  }
}
