package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// What becomes of the losses of single elements.
public enum Reduction {
  NONE,
  MEAN,
  SUM;

  Tensor apply(Tensor losses) {
    return switch (this) {
      case NONE -> losses;
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
    };
  }
}
