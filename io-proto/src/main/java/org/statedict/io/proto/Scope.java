package org.statedict.io.proto;

/// What the names of tensors in a graph begin with.
///
/// @param counts whether its tensors are collected at all
record Scope(String prefix, boolean counts) {
  /// The model's own graph.
  static final Scope MODEL = new Scope("", true);

  String name(String name) {
    return prefix + name;
  }

  /// Something inside of what this names.
  Scope inside(String path, boolean alsoCounts) {
    return new Scope(prefix + path + "/", counts && alsoCounts);
  }
}
