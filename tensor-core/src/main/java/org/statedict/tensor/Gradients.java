package org.statedict.tensor;

import java.util.IdentityHashMap;
import java.util.NoSuchElementException;

/// The gradients that [Tensor#gradients(Tensor...)] computed, one for each tensor asked for.
public final class Gradients {
  private final IdentityHashMap<Tensor, Tensor> byTensor;

  Gradients(IdentityHashMap<Tensor, Tensor> byTensor) {
    this.byTensor = byTensor;
  }

  /// The gradient by one of the tensors asked for, of its shape; zeros if the result does not
  /// depend on it.
  ///
  /// @throws NoSuchElementException if it was not asked for
  public Tensor of(Tensor tensor) {
    Tensor gradient = byTensor.get(tensor);
    if (gradient == null) {
      throw new NoSuchElementException(
          "no gradient was asked for by this tensor of shape " + tensor.shape());
    }
    return gradient;
  }
}
