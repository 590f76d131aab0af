package org.statedict.checkpoint;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.statedict.checkpoint.CheckpointException.Where;

/// The bounds on what a file may ask for; immutable.
///
/// There is none on the size of tensor data, which is streamed.
public final class Limits {
  /// The documented defaults.
  public static final Limits DEFAULT = new Limits(new EnumMap<>(Limit.class));

  private static final long TRUST = 10;
  private static final long EXPANSION_FREE = 1L << 30;
  private static final Map<String, Long> UNITS =
      Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private final Map<Limit, Long> changed;

  private Limits(Map<Limit, Long> changed) {
    this.changed = Collections.unmodifiableMap(changed);
  }

  public long get(Limit limit) {
    return changed.getOrDefault(limit, limit.byDefault());
  }

  public Limits with(Limit limit, long value) {
    Map<Limit, Long> more = new EnumMap<>(Limit.class);
    more.putAll(changed);
    more.put(limit, value);
    return new Limits(more);
  }

  /// Ten times everything, for files from a trusted source.
  public Limits trusted() {
    Limits larger = this;
    for (Limit limit : Limit.values()) {
      larger = larger.with(limit, Math.multiplyExact(get(limit), TRUST));
    }
    return larger;
  }

  /// These limits changed by a text such as `rank=100,header-bytes=200MiB`.
  ///
  /// @throws IllegalArgumentException if the text is not of this form; the message says which part
  public Limits parse(String text) {
    Limits parsed = this;
    for (String part : text.split(",", -1)) {
      String[] sides = part.strip().split("=", 2);
      Limit limit =
          Limit.named(sides[0]).orElseThrow(() -> new IllegalArgumentException(unknown(sides[0])));
      parsed = parsed.with(limit, number(part, sides.length < 2 ? "" : sides[1]));
    }
    return parsed;
  }

  private static String unknown(String name) {
    String all = Arrays.stream(Limit.values()).map(Limit::label).collect(Collectors.joining(", "));
    return "no limit '" + name + "'; limits are " + all;
  }

  private static long number(String part, String text) {
    long unit = 1;
    String digits = text;
    for (Map.Entry<String, Long> suffix : UNITS.entrySet()) {
      if (text.endsWith(suffix.getKey())) {
        unit = suffix.getValue();
        digits = text.substring(0, text.length() - suffix.getKey().length());
      }
    }
    if (digits.isEmpty()
        || digits.length() > 15
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          "limit '" + part + "' is not NAME=VALUE, with KiB, MiB or GiB for bytes");
    }
    return Math.multiplyExact(Long.parseLong(digits), unit);
  }

  /// Refuses `found` if it exceeds the limit (compared as an unsigned number).
  ///
  /// @throws CheckpointException naming the limit, its value and how to raise it
  public void check(Limit limit, long found, Where where) throws CheckpointException {
    if (Long.compareUnsigned(found, get(limit)) > 0) {
      throw exceeded(limit, Long.toUnsignedString(found), where);
    }
  }

  /// Refuses `size` bytes that come out of far fewer stored ones, as stride 0 or a chunk that is
  /// not there can turn four bytes into four terabytes.
  ///
  /// @throws CheckpointException if the size is above 1 GiB and beyond [Limit#EXPANSION]
  public void checkExpansion(long size, long stored, Where where) throws CheckpointException {
    if (size > EXPANSION_FREE && size / Math.max(1, stored) > get(Limit.EXPANSION)) {
      throw exceeded(Limit.EXPANSION, "%d bytes out of %d".formatted(size, stored), where);
    }
  }

  /// The refusal of `found`, a number in words or digits.
  public CheckpointException exceeded(Limit limit, String found, Where where) {
    return new CheckpointException(
        where,
        "%s exceeds the limit %s=%d; for a file you trust raise it with --limit %s=N"
            .formatted(found, limit.label(), get(limit), limit.label()));
  }
}
