package org.statedict.nn;

/// The largest element in each window: `(n, channels, length)` gives the same with fewer. As
/// `torch.nn.MaxPool1d`.
public final class MaxPool1d extends MaxPool {
  /// A window that moves by its own size.
  public MaxPool1d(int size) {
    this(PoolOptions.window(size));
  }

  public MaxPool1d(PoolOptions options) {
    super(1, options);
  }
}
