package org.statedict.checkpoint.spi;

import org.statedict.tensor.Value;

/// A tensor, a scalar, an empty container or an empty object of a tree, under its listed name.
///
/// @param name unique in its tree
/// @param path the name that it would have if no other leaf had it
public record Leaf(String name, String path, Value value) {
  /// A leaf whose name was free.
  public Leaf(String name, Value value) {
    this(name, name, value);
  }

  /// Whether another leaf has the name that it would have.
  boolean isRenamed() {
    return !name.equals(path);
  }
}
