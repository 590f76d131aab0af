package org.statedict.nn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.statedict.tensor.Dict;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// The attributes of one module of a whole model that PyTorch wrote.
///
/// @param path the names that lead there, for messages
record TorchFields(String path, Opaque module) {
  /// @throws ClassCastException if the value is no module
  static TorchFields of(String path, Value module) {
    ModuleTree.part(path, module, "_modules");
    return new TorchFields(path, (Opaque) module);
  }

  String className() {
    return module.className();
  }

  IllegalArgumentException problem(String what) {
    return new IllegalArgumentException(
        "%s%s %s".formatted(path.isEmpty() ? "" : path + ": ", className(), what));
  }

  /// A field that may be missing or `None`.
  Optional<Value> find(String name) {
    return module
        .state()
        .flatMap(state -> state.asDict().get(name))
        .filter(value -> value != Scalar.Nil.NONE);
  }

  private Value get(String name) {
    return find(name).orElseThrow(() -> problem("has no field '" + name + "'"));
  }

  private <T> T as(String name, String kind, Class<T> type) {
    Value value = get(name);
    if (!type.isInstance(value)) {
      throw problem("has %s for '%s', not %s".formatted(value, name, kind));
    }
    return type.cast(value);
  }

  int integer(String name) {
    return Math.toIntExact(as(name, "an integer", Scalar.Int.class).value());
  }

  double number(String name) {
    Value value = get(name);
    if (value instanceof Scalar.Real || value instanceof Scalar.Int) {
      return value.asDouble();
    }
    throw problem("has %s for '%s', not a number".formatted(value, name));
  }

  boolean flag(String name) {
    return as(name, "a bool", Scalar.Bool.class).value();
  }

  String text(String name) {
    return as(name, "a string", Scalar.Text.class).value();
  }

  /// One integer or several.
  int[] integers(String name) {
    Value value = get(name);
    List<Value> all = value instanceof Seq seq ? seq.items() : List.of(value);
    if (!all.stream().allMatch(Scalar.Int.class::isInstance)) {
      throw problem("has %s for '%s', which is not supported".formatted(value, name));
    }
    return all.stream().mapToInt(v -> Math.toIntExact(v.asLong())).toArray();
  }

  long[] longs(String name) {
    return Arrays.stream(integers(name)).asLongStream().toArray();
  }

  OptionalInt optionalInteger(String name) {
    return find(name).isPresent() ? OptionalInt.of(integer(name)) : OptionalInt.empty();
  }

  /// Refuses a field that is there with another value.
  ///
  /// @param expected as the value prints itself; empty for one that must be missing or `None`
  TorchFields require(String name, String... expected) {
    String found = find(name).map(Value::toString).orElse("");
    if (!found.isEmpty() && !List.of(expected).contains(found)) {
      throw problem(
          "has %s '%s', which is not supported; its weights are in asStateDict()"
              .formatted(name, found));
    }
    return this;
  }

  /// Whether there is a parameter of this name.
  boolean hasParameter(String name) {
    return parameters().get(name).filter(p -> p != Scalar.Nil.NONE).isPresent();
  }

  Bias bias(String name) {
    return hasParameter(name) ? Bias.LEARNED : Bias.NONE;
  }

  Dict parameters() {
    return ModuleTree.part(path, module, "_parameters");
  }

  Dict buffers() {
    return ModuleTree.part(path, module, "_buffers");
  }

  /// Whether a buffer is saved.
  Buffer.Kind kindOfBuffer(String name) {
    boolean unsaved =
        find("_non_persistent_buffers_set").orElse(Scalar.Nil.NONE) instanceof Seq names
            && names.items().contains(new Scalar.Text(name));
    return unsaved ? Buffer.Kind.TRANSIENT : Buffer.Kind.PERSISTENT;
  }

  /// The modules in this one.
  SequencedMap<String, TorchFields> children() {
    SequencedMap<String, TorchFields> children = new LinkedHashMap<>();
    String prefix = path.isEmpty() ? "" : path + ".";
    ModuleTree.part(path, module, "_modules")
        .entries()
        .forEach((key, child) -> {
          if (child != Scalar.Nil.NONE) {
            children.put(key.asText(), of(prefix + key.asText(), child));
          }
        });
    return children;
  }

  TorchFields child(String name) {
    TorchFields child = children().get(name);
    if (child == null) {
      throw problem("has no module '%s', only %s".formatted(name, children().keySet()));
    }
    return child;
  }
}
