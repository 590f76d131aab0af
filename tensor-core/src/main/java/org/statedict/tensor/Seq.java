package org.statedict.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// An immutable sequence of values: a Python list, tuple, set, frozenset or `torch.Size`.
///
/// Tuples and sizes are equal by value, since Python uses them as keys; the others by identity.
public final class Seq implements Value {
  /// Which Python container this is.
  public enum Kind {
    LIST,
    TUPLE,
    SET,
    FROZENSET,
    SIZE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Kind kind;
  private final List<Value> items;
  private final int hash;
  private final long weight;

  private Seq(Kind kind, List<Value> items) {
    this.kind = kind;
    this.items = items;
    this.hash = isComparedByValue() ? items.hashCode() : System.identityHashCode(this);
    this.weight = weigh(items);
  }

  /// A sequence of a copy of `items`.
  public static Seq of(Kind kind, List<? extends Value> items) {
    return new Seq(kind, List.copyOf(items));
  }

  /// A list; plain Java objects are taken as [Value#of] takes them.
  public static Seq of(Object... items) {
    return of(Kind.LIST, Arrays.stream(items).map(Value::of).toList());
  }

  /// A tuple; plain Java objects are taken as [Value#of] takes them.
  public static Seq tuple(Object... items) {
    return of(Kind.TUPLE, Arrays.stream(items).map(Value::of).toList());
  }

  /// A `torch.Size`.
  public static Seq size(Shape shape) {
    return of(Kind.SIZE, shape.toList().stream().map(Scalar.Int::new).toList());
  }

  public Kind kind() {
    return kind;
  }

  public List<Value> items() {
    return items;
  }

  public int size() {
    return items.size();
  }

  /// The item at a position, counted from 0.
  ///
  /// @throws IndexOutOfBoundsException if there is no such position
  public Value get(int position) {
    return items.get(position);
  }

  private boolean isComparedByValue() {
    return kind == Kind.TUPLE || kind == Kind.SIZE;
  }

  /// The number of values in this tree with every shared one counted where it stands, saturating: a
  /// few bytes of pickle can make a tuple of 2^100 leaves, which must never be walked.
  long weight() {
    return weight;
  }

  private static long weigh(List<Value> items) {
    long sum = 1;
    for (Value item : items) {
      sum = Math.min(Long.MAX_VALUE / 2, sum + (item instanceof Seq s ? s.weight : 1));
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Seq s
            && isComparedByValue()
            && kind == s.kind
            && hash == s.hash
            && weight == s.weight
            && items.equals(s.items));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /// The kind and the number of items; the items themselves may be more than memory holds.
  @Override
  public String toString() {
    return weight > 100 ? "%s of %d items".formatted(kind, items.size()) : kind + items.toString();
  }
}
