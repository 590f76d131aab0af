package org.statedict.tensor;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A tensor that learns: the one mutable cell, which holds a value and the gradient that backward
/// passes have added up in it.
///
/// Tensors never change: training puts another value in the cell, and what was taken out before
/// stays as it was. Not thread-safe.
public final class Parameter {
  private Cell cell;

  /// What tied parameters have together.
  private static final class Cell {
    private @Nullable Tensor grad;
    private boolean trained = true;
    private Tensor value;

    Cell(Tensor value) {
      this.value = value;
    }
  }

  public Parameter(Tensor initial) {
    this.cell = new Cell(initial);
    set(initial);
  }

  private Tensor leaf(Tensor tensor) {
    Traits traits = Traits.NONE.withRequiresGrad(cell.trained).withParameter(true);
    Tensor plain = tensor.detach().withTraits(traits);
    return cell.trained ? plain.withGradFn(GradFn.leaf(this)) : plain;
  }

  /// Makes this parameter the same as another: from now on they have one value and one gradient,
  /// and are equal.
  ///
  /// @throws IllegalArgumentException if their shapes or types differ
  public void tie(Parameter other) {
    requireLike(other.value());
    cell = other.cell;
  }

  private void requireLike(Tensor other) {
    if (!other.shape().equals(shape()) || other.dtype() != dtype()) {
      throw new IllegalArgumentException(
          "%s %s for a parameter of %s %s"
              .formatted(other.dtype(), other.shape(), dtype(), shape()));
    }
  }

  /// The value, for which operations record how results depend on this parameter.
  public Tensor value() {
    return cell.value;
  }

  /// Puts another value in the cell, which may be of another type; the gradient stays.
  ///
  /// @throws IllegalArgumentException if its shape differs
  public void set(Tensor other) {
    if (!other.shape().equals(shape())) {
      throw new IllegalArgumentException(
          "a value of shape %s for a parameter of shape %s".formatted(other.shape(), shape()));
    }
    cell.value = leaf(other);
  }

  /// Whether backward passes add to the gradient.
  public boolean requiresGrad() {
    return cell.trained;
  }

  /// Sets whether backward passes add to the gradient; `false` freezes the parameter.
  public void requiresGrad(boolean wanted) {
    cell.trained = wanted;
    set(cell.value);
  }

  /// The gradient, if a backward pass came here since the last [#zeroGrad()].
  public Optional<Tensor> grad() {
    return Optional.ofNullable(cell.grad);
  }

  /// Replaces the gradient.
  ///
  /// @throws IllegalArgumentException if its shape or type is not the value's
  public void setGrad(Tensor gradient) {
    requireLike(gradient);
    cell.grad = gradient.detach();
  }

  /// Forgets the gradient.
  public void zeroGrad() {
    cell.grad = null;
  }

  void addGrad(Tensor more) {
    Tensor before = cell.grad;
    setGrad(before == null ? more : before.add(more));
  }

  public Shape shape() {
    return cell.value.shape();
  }

  public DType dtype() {
    return cell.value.dtype();
  }

  /// Whether the other is this parameter, or tied to it.
  @Override
  public boolean equals(Object other) {
    return other instanceof Parameter parameter && parameter.cell == cell;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(cell);
  }

  @Override
  public String toString() {
    return "Parameter containing:\n" + cell.value;
  }
}
