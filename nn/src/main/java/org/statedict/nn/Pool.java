package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// One element for each window over `(n, channels, spatial...)`, or the same without `n`.
abstract class Pool extends NnModule implements Layer {
  final int rank;
  final PoolOptions options;

  Pool(int rank, PoolOptions options) {
    this.rank = rank;
    this.options = options;
    options.of(rank);
  }

  /// The result for a batch.
  abstract Tensor ofBatch(Tensor x);

  @Override
  public final Tensor forward(Tensor x) {
    if (x.shape().rank() == rank + 1) {
      return ofBatch(x.unsqueeze(0)).squeeze(0);
    }
    if (x.shape().rank() != rank + 2) {
      throw misfit("[n, channels, %d spatial dimensions]".formatted(rank), x);
    }
    return ofBatch(x);
  }
}
