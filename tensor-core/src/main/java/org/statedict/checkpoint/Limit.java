package org.statedict.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Something that a file may not have without bound, with the default bound.
public enum Limit {
  HEADER_BYTES(100_000_000),
  JSON_DEPTH(8),
  INDEX_BYTES(64L << 20),
  NAME_BYTES(64L << 10),
  TENSORS(2_000_000),
  RANK(64),
  ZIP_ENTRIES(2_000_000),
  ZIP_RATIO(200),
  ZIP_STORAGE_RATIO(1_100),
  PICKLE_BYTES(512L << 20),
  PICKLE_OPCODES(100_000_000),
  PICKLE_OBJECTS(10_000_000),
  PICKLE_MEMO(10_000_000),
  PICKLE_NESTING(1_000),
  /// Pickles inside of pickles that a scan looks into.
  NESTED_PICKLES(4),
  INTEGER_DIGITS(4_300),
  HDF5_OBJECTS(1_000_000),
  HDF5_CHUNK_BYTES(1L << 30),
  HDF5_FILTERS(8),
  VALUE_DEPTH(100),
  TREE_BYTES(64L << 20),
  TREE_NODES(10_000_000),
  /// Output bytes for each input byte, counted only above 1 GiB of output.
  EXPANSION(16);

  private final long byDefault;

  Limit(long byDefault) {
    this.byDefault = byDefault;
  }

  /// The limit called `label` on the command line, if there is one.
  public static Optional<Limit> named(String label) {
    return Arrays.stream(values()).filter(limit -> limit.label().equals(label)).findFirst();
  }

  /// The name on the command line: `pickle-memo`.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public long byDefault() {
    return byDefault;
  }
}
