package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// The mean of each window.
abstract class AvgPool extends Pool {
  AvgPool(int rank, PoolOptions options) {
    super(rank, options);
  }

  @Override
  final Tensor ofBatch(Tensor x) {
    return x.averagePool(options.of(rank), options.counted());
  }

  @Override
  protected final String description() {
    return options.averageDescription(rank);
  }
}
