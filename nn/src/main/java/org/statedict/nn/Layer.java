package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// Something that makes one tensor of one tensor; what [Sequential] chains.
public interface Layer {
  /// The result for `x`.
  ///
  /// @throws IllegalArgumentException if its shape or type does not fit; the message names the
  ///   layer's path
  Tensor forward(Tensor x);
}
