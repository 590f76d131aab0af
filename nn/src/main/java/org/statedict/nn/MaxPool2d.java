package org.statedict.nn;

/// The largest element in each window: `(n, channels, height, width)` gives the same with fewer. As
/// `torch.nn.MaxPool2d`.
public final class MaxPool2d extends MaxPool {
  /// A window that moves by its own size.
  public MaxPool2d(int size) {
    this(PoolOptions.window(size));
  }

  public MaxPool2d(PoolOptions options) {
    super(2, options);
  }
}
