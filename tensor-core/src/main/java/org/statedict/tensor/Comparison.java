package org.statedict.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.tensor.Values.Strictness;

/// Compares two trees with an explicit stack; a pair of shared nodes is compared once.
final class Comparison {
  private record Pair(Value a, Value b, String path) {}

  /// Two nodes as themselves, whatever their own idea of equality.
  @SuppressWarnings("ReferenceEquality") // identity is the point
  private record Identities(Object a, Object b) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Identities p && a == p.a && b == p.b;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(a) + System.identityHashCode(b);
    }
  }

  private final boolean strict;
  private final Deque<Pair> pending = new ArrayDeque<>();
  private final Set<Identities> seen = new HashSet<>();
  private final IdentityHashMap<Storage, Integer> left = new IdentityHashMap<>();
  private final IdentityHashMap<Storage, Integer> right = new IdentityHashMap<>();

  Comparison(Strictness strictness) {
    this.strict = strictness == Strictness.EVERYTHING;
  }

  String difference(Value a, Value b) {
    pending.push(new Pair(a, b, ""));
    while (!pending.isEmpty()) {
      Pair pair = pending.pop();
      String found = seen.add(new Identities(pair.a, pair.b)) ? compare(pair) : "";
      if (!found.isEmpty()) {
        return (pair.path.isEmpty() ? "value" : pair.path.substring(1)) + ": " + found;
      }
    }
    return "";
  }

  private String compare(Pair pair) {
    return switch (pair.a) {
      case Tensor a when pair.b instanceof Tensor b -> tensors(a, b, pair.path);
      case Dict a when pair.b instanceof Dict b -> dicts(a, b, pair.path);
      case Seq a when pair.b instanceof Seq b -> sequences(a, b, pair.path);
      case Opaque a when pair.b instanceof Opaque b -> opaques(a, b, pair.path);
      case Scalar a when pair.b instanceof Scalar b -> a.equals(b) ? "" : describe(a, b);
      default -> describe(pair.a, pair.b);
    };
  }

  private static String describe(Value a, Value b) {
    return brief(a) + " is " + brief(b);
  }

  /// Kind and content, of a tensor only its type and shape.
  private static String brief(Value value) {
    return value instanceof Tensor t
        ? "a tensor %s %s".formatted(t.dtype(), t.shape())
        : Values.kindOf(value) + " " + value;
  }

  private String tensors(Tensor a, Tensor b, String path) {
    if (a.dtype() != b.dtype() || !a.shape().equals(b.shape())) {
      return "%s %s is %s %s".formatted(a.dtype(), a.shape(), b.dtype(), b.shape());
    }
    if (strict && !sharesAlike(a.storage(), b.storage())) {
      return "shares its storage with other tensors than its counterpart does";
    }
    if (strict && !a.device().equals(b.device())) {
      return "device %s is %s".formatted(a.device(), b.device());
    }
    return strict && !traits(a, b, path)
        ? "traits %s are %s".formatted(a.traits(), b.traits())
        : bits(a, b);
  }

  private boolean sharesAlike(Storage a, Storage b) {
    int one = left.computeIfAbsent(a, _ -> left.size());
    int two = right.computeIfAbsent(b, _ -> right.size());
    return one == two;
  }

  private boolean traits(Tensor a, Tensor b, String path) {
    pending.push(new Pair(a.traits().attributes(), b.traits().attributes(), path + ".attributes"));
    return a.traits().withAttributes(Dict.EMPTY).equals(b.traits().withAttributes(Dict.EMPTY));
  }

  private static String bits(Tensor a, Tensor b) {
    long differs = TensorBytes.mismatch(a, b);
    return differs < 0 ? "" : "elements differ from byte " + differs + " on";
  }

  private String dicts(Dict a, Dict b, String path) {
    if (strict && a.kind() != b.kind()) {
      return a.kind() + " is " + b.kind();
    }
    if (strict) {
      pending.push(new Pair(a.attributes(), b.attributes(), path + ".attributes"));
    }
    Optional<Value> missing =
        a.entries().keySet().stream().filter(k -> !b.entries().containsKey(k)).findFirst();
    if (missing.isPresent() || a.size() != b.size()) {
      return missing
          .map(k -> "entry " + k + " is missing")
          .orElseGet(() -> a.size() + " entries are " + b.size());
    }
    a.entries()
        .forEach((key, value) ->
            pending.push(
                new Pair(value, Objects.requireNonNull(b.entries().get(key)), path + "." + key)));
    return strict ? order(a, b) : "";
  }

  private static String order(Dict a, Dict b) {
    Iterator<Value> other = b.entries().keySet().iterator();
    for (Value key : a.entries().keySet()) {
      Value found = other.next();
      if (!key.equals(found)) {
        return "entry %s stands where %s does".formatted(found, key);
      }
    }
    return "";
  }

  private String sequences(Seq a, Seq b, String path) {
    if (strict && a.kind() != b.kind()) {
      return a.kind() + " is " + b.kind();
    }
    return items(a.items(), b.items(), path);
  }

  private String items(List<Value> a, List<Value> b, String path) {
    if (a.size() != b.size()) {
      return a.size() + " items are " + b.size();
    }
    for (int i = 0; i < a.size(); i++) {
      pending.push(new Pair(a.get(i), b.get(i), path + "." + i));
    }
    return "";
  }

  private String opaques(Opaque a, Opaque b, String path) {
    if (!a.className().equals(b.className())) {
      return describe(a, b);
    }
    return items(parts(a), parts(b), path);
  }

  /// All that an object holds, absent parts as None, so that two objects compare item by item.
  private static List<Value> parts(Opaque object) {
    List<Value> parts = new ArrayList<>();
    parts.add(or(object.args().orElse(null)));
    parts.add(or(object.state().orElse(null)));
    parts.addAll(object.items());
    object.pairs().forEach(p -> parts.addAll(List.of(p.getKey(), p.getValue())));
    return parts;
  }

  private static Value or(@Nullable Value part) {
    return part == null ? Scalar.Nil.NONE : part;
  }
}
