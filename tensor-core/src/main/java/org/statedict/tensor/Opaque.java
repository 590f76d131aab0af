package org.statedict.tensor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An instance of a class we do not know, kept inert: names beside data, which nothing ever runs.
///
/// Equality is identity.
public final class Opaque implements Value {
  private final String className;
  private final @Nullable Value args;
  private final @Nullable Value state;
  private final List<Value> items;
  private final List<Map.Entry<Value, Value>> pairs;

  /// @param className module and name joined by a dot
  /// @param args what the class was called with, if anything
  /// @param state what the object's state was set to, if anything
  /// @param items what was appended to the object
  /// @param pairs the keys and values that were set on the object
  public Opaque(
      String className,
      @Nullable Value args,
      @Nullable Value state,
      List<? extends Value> items,
      List<? extends Map.Entry<? extends Value, ? extends Value>> pairs) {
    this.className = className;
    this.args = args;
    this.state = state;
    this.items = List.copyOf(items);
    this.pairs =
        pairs.stream().map(p -> Map.<Value, Value>entry(p.getKey(), p.getValue())).toList();
  }

  public String className() {
    return className;
  }

  public Optional<Value> args() {
    return Optional.ofNullable(args);
  }

  public Optional<Value> state() {
    return Optional.ofNullable(state);
  }

  public List<Value> items() {
    return items;
  }

  public List<Map.Entry<Value, Value>> pairs() {
    return pairs;
  }

  @Override
  public String toString() {
    return "object " + className;
  }
}
