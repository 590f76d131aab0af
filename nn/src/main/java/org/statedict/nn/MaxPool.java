package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// The largest element in each window; the padding is smaller than anything.
abstract class MaxPool extends Pool {
  MaxPool(int rank, PoolOptions options) {
    super(rank, options);
  }

  @Override
  final Tensor ofBatch(Tensor x) {
    return x.maxPool(options.of(rank));
  }

  @Override
  protected final String description() {
    return options.maxDescription();
  }
}
