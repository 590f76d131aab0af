package org.statedict.tensor;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A tensor that learns: the one mutable cell, which holds a value and the gradient that backward
/// passes have added up in it.
///
/// Tensors never change: training puts another value in the cell, and what was taken out before
/// stays as it was. Not thread-safe.
public final class Parameter {
  private Tensor value;
  private @Nullable Tensor grad;
  private boolean trained = true;

  public Parameter(Tensor initial) {
    this.value = leaf(initial);
  }

  private Tensor leaf(Tensor tensor) {
    Traits traits = Traits.NONE.withRequiresGrad(trained).withParameter(true);
    Tensor plain = tensor.detach().withTraits(traits);
    return trained ? plain.withGradFn(GradFn.leaf(this)) : plain;
  }

  /// The value, for which operations record how results depend on this parameter.
  public Tensor value() {
    return value;
  }

  /// Puts another value in the cell; the gradient stays.
  public void set(Tensor other) {
    value = leaf(other);
  }

  /// Whether backward passes add to the gradient.
  public boolean requiresGrad() {
    return trained;
  }

  /// Sets whether backward passes add to the gradient; `false` freezes the parameter.
  public void requiresGrad(boolean wanted) {
    trained = wanted;
    value = leaf(value);
  }

  /// The gradient, if a backward pass came here since the last [#zeroGrad()].
  public Optional<Tensor> grad() {
    return Optional.ofNullable(grad);
  }

  /// Replaces the gradient.
  ///
  /// @throws IllegalArgumentException if its shape or type is not the value's
  public void setGrad(Tensor gradient) {
    if (!gradient.shape().equals(shape()) || gradient.dtype() != dtype()) {
      throw new IllegalArgumentException(
          "a gradient of %s %s for a parameter of %s %s"
              .formatted(gradient.dtype(), gradient.shape(), dtype(), shape()));
    }
    grad = gradient.detach();
  }

  /// Forgets the gradient.
  public void zeroGrad() {
    grad = null;
  }

  void addGrad(Tensor more) {
    Tensor before = grad;
    setGrad(before == null ? more : before.add(more));
  }

  public Shape shape() {
    return value.shape();
  }

  public DType dtype() {
    return value.dtype();
  }

  @Override
  public String toString() {
    return "Parameter containing:\n" + value;
  }
}
