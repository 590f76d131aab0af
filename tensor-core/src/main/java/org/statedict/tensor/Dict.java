package org.statedict.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An immutable dictionary in insertion order: a Python `dict` or `OrderedDict`.
///
/// Keys are scalars or tuples of scalars. Python takes `True`, `1` and `1.0` for one key; here they
/// are three. Equality is identity; [Values#same] compares trees.
public sealed class Dict implements Value permits StateDict {
  /// Which Python mapping this is.
  public enum Kind {
    DICT,
    ORDERED
  }

  /// A plain dictionary without entries.
  public static final Dict EMPTY =
      new Dict(Kind.DICT, Collections.unmodifiableSequencedMap(new LinkedHashMap<>()), null);

  /// A key of more values than this is refused: comparing keys must stay cheap.
  private static final long HEAVIEST_KEY = 1_000;

  private final Kind kind;
  private final SequencedMap<Value, Value> entries;
  private final @Nullable Dict attributes;

  Dict(Kind kind, SequencedMap<Value, Value> entries, @Nullable Dict attributes) {
    this.kind = kind;
    this.entries = entries;
    this.attributes = attributes;
  }

  /// A plain dictionary of alternating keys and values; plain Java objects are taken as [Value#of]
  /// takes them.
  ///
  /// @throws IllegalArgumentException if a key lacks its value or is no key
  public static Dict of(Object... keysAndValues) {
    if (keysAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a key without a value: " + Arrays.toString(keysAndValues));
    }
    Builder dict = builder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      dict.put(Value.of(keysAndValues[i]), Value.of(keysAndValues[i + 1]));
    }
    return dict.build();
  }

  /// A builder of a plain dictionary.
  public static Builder builder() {
    return new Builder(Kind.DICT);
  }

  public static Builder builder(Kind kind) {
    return new Builder(kind);
  }

  public Kind kind() {
    return kind;
  }

  /// The entries in insertion order, unmodifiable.
  public SequencedMap<Value, Value> entries() {
    return entries;
  }

  /// Attributes set on the Python object, such as `_metadata` of a state_dict; usually none.
  public Dict attributes() {
    return attributes == null ? EMPTY : attributes;
  }

  public int size() {
    return entries.size();
  }

  /// The value under a text key.
  public Optional<Value> get(String key) {
    return Optional.ofNullable(entries.get(new Scalar.Text(key)));
  }

  /// The kind and the number of entries.
  @Override
  public String toString() {
    return (kind == Kind.ORDERED ? "OrderedDict" : "dict") + " of " + size() + " entries";
  }

  /// Collects entries; a tensor forgets what it was computed from. Setting a key again replaces its
  /// value and keeps its place, as in Python.
  public static final class Builder {
    private final Kind kind;
    private final LinkedHashMap<Value, Value> entries = new LinkedHashMap<>();
    private @Nullable Dict attributes;

    private Builder(Kind kind) {
      this.kind = kind;
    }

    /// Sets an entry.
    ///
    /// @throws IllegalArgumentException if `key` is neither a scalar nor a small tuple of keys
    public Builder put(Value key, Value value) {
      requireKey(key);
      entries.put(key, value instanceof Tensor tensor ? tensor.withoutPast() : value);
      return this;
    }

    public Builder put(String key, Value value) {
      return put(new Scalar.Text(key), value);
    }

    public boolean contains(Value key) {
      return entries.containsKey(key);
    }

    public Builder attributes(Dict set) {
      attributes = set.size() == 0 ? null : set;
      return this;
    }

    /// The dictionary; the builder must not be used again.
    public Dict build() {
      return new Dict(kind, Collections.unmodifiableSequencedMap(entries), attributes);
    }

    private static void requireKey(Value key) {
      boolean good = key instanceof Scalar || (key instanceof Seq seq && isTupleKey(seq));
      if (!good) {
        throw new IllegalArgumentException(Values.kindOf(key) + " cannot be a key");
      }
    }

    private static boolean isTupleKey(Seq seq) {
      boolean tuple = seq.kind() != Seq.Kind.LIST && seq.kind() != Seq.Kind.SET;
      if (tuple && seq.weight() <= HEAVIEST_KEY) {
        seq.items().forEach(Builder::requireKey);
        return true;
      }
      return false;
    }
  }
}
