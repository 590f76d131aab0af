package org.statedict.checkpoint;

/// How a file is opened; immutable.
///
/// @param reading how tensor data is reached
/// @param strictness what happens to oddities that other readers forgive
/// @param checksums whether recorded checksums are verified when bytes are read
/// @param limits what a file may ask for
public record LoadOptions(
    Reading reading, Strictness strictness, Checksums checksums, Limits limits) {
  /// Mapped, lenient, verified, with the default limits.
  public static final LoadOptions DEFAULT =
      new LoadOptions(Reading.MAPPED, Strictness.LENIENT, Checksums.VERIFY, Limits.DEFAULT);

  /// How tensor data is reached.
  public enum Reading {
    /// Lent from a mapping where the source has one.
    MAPPED,
    /// Read by position through bounded buffers whenever it is copied; mapped pages would count as
    /// resident memory.
    POSITIONAL
  }

  /// What happens to oddities that other readers forgive.
  public enum Strictness {
    LENIENT,
    STRICT
  }

  /// Whether recorded checksums are verified when bytes are read.
  public enum Checksums {
    VERIFY,
    IGNORE
  }

  public LoadOptions withReading(Reading other) {
    return new LoadOptions(other, strictness, checksums, limits);
  }

  public LoadOptions withStrictness(Strictness other) {
    return new LoadOptions(reading, other, checksums, limits);
  }

  public LoadOptions withChecksums(Checksums other) {
    return new LoadOptions(reading, strictness, other, limits);
  }

  public LoadOptions withLimits(Limits other) {
    return new LoadOptions(reading, strictness, checksums, other);
  }

  public boolean isStrict() {
    return strictness == Strictness.STRICT;
  }
}
