package org.statedict.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// Hyper-parameters by PyTorch's names, in order; immutable.
///
/// ```java
/// Hyper.lr(0.001).with("momentum", 0.9)
/// ```
public final class Hyper {
  /// Nothing said: each optimizer's own defaults.
  public static final Hyper DEFAULT = new Hyper(new LinkedHashMap<>());

  private final SequencedMap<String, Value> values;

  private Hyper(SequencedMap<String, Value> values) {
    this.values = values;
  }

  /// The learning rate alone.
  public static Hyper lr(double rate) {
    return DEFAULT.with("lr", rate);
  }

  /// The same with one more; set again it keeps its place.
  ///
  /// @param value a number, a boolean, a text, a list of numbers for PyTorch's tuple, or null for
  ///   Python's `None`
  public Hyper with(String name, @Nullable Object value) {
    SequencedMap<String, Value> more = new LinkedHashMap<>(values);
    more.put(name, value instanceof List<?> list ? Seq.tuple(list.toArray()) : Value.of(value));
    return new Hyper(more);
  }

  /// `other` in its order, with the values of these where there is one.
  ///
  /// @throws IllegalArgumentException if these have a name that `other` lacks
  Hyper over(String optimizer, Hyper other) {
    SequencedMap<String, Value> all = new LinkedHashMap<>(other.values);
    values.forEach((name, value) -> {
      if (all.replace(name, value) == null) {
        throw new IllegalArgumentException(
            "%s has no hyper-parameter '%s'; it has %s"
                .formatted(optimizer, name, other.values.keySet()));
      }
    });
    return new Hyper(all);
  }

  /// A value that is there.
  Value get(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  SequencedMap<String, Value> values() {
    return Collections.unmodifiableSequencedMap(values);
  }
}
