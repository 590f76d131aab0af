package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// A tensor of a module that does not learn: a cell whose value changes, but no gradient comes
/// here.
public final class Buffer {
  /// Whether a buffer is part of the state_dict.
  public enum Kind {
    PERSISTENT,
    TRANSIENT
  }

  private final Kind kind;
  private Tensor value;

  public Buffer(Tensor initial, Kind kind) {
    this.value = initial.detach();
    this.kind = kind;
  }

  public Tensor value() {
    return value;
  }

  public void set(Tensor other) {
    value = other.detach();
  }

  /// Whether it is saved.
  public boolean isPersistent() {
    return kind == Kind.PERSISTENT;
  }
}
