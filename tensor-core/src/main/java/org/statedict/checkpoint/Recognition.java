package org.statedict.checkpoint;

/// How sure a format is, by content alone, that a file is of its kind.
public enum Recognition {
  /// The content cannot be of this format.
  NO,
  /// The content may be of this format, which has no mark of its own.
  MAYBE,
  /// The content bears this format's mark.
  YES
}
