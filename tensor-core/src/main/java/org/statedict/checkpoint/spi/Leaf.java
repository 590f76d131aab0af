package org.statedict.checkpoint.spi;

import org.statedict.tensor.Value;

/// A tensor, a scalar, an empty container or an empty object of a tree, under its listed name.
///
/// @param name unique in its tree
public record Leaf(String name, Value value) {}
