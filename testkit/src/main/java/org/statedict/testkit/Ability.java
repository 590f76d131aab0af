package org.statedict.testkit;

/// What a format can do, so that the contract knows what to ask of it.
public enum Ability {
  /// Any tree of values comes back as it was under `Tree.ALWAYS`, not only a flat dictionary of
  /// tensors.
  TREES,
  /// Tensors that shared a storage still do under `Storages.KEEP`, views included.
  SHARING,
  /// Objects of unknown classes are written under `Objects.KEEP`.
  OBJECTS,
  /// Entries of `SaveOptions.metadata()` come back.
  METADATA,
  /// Checksums cover every byte that matters: a flipped bit is an error or changes nothing.
  CHECKSUMS
}
