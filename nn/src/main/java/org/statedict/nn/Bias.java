package org.statedict.nn;

/// Whether a layer adds a vector that it learns.
public enum Bias {
  LEARNED,
  NONE
}
