package org.statedict.nn;

/// The mean in each window: `(n, channels, height, width)` gives the same with fewer. As
/// `torch.nn.AvgPool2d`.
public final class AvgPool2d extends AvgPool {
  /// A window that moves by its own size.
  public AvgPool2d(int size) {
    this(PoolOptions.window(size));
  }

  public AvgPool2d(PoolOptions options) {
    super(2, options);
  }
}
