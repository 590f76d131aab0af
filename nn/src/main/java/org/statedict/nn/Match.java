package org.statedict.nn;

/// Which entries a state_dict must have to be loaded.
public enum Match {
  /// All of the module's, and no others.
  STRICT,
  /// Any; what is missing stays as it was.
  LENIENT
}
