package org.statedict.tensor;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Plain Java objects as values.
final class PlainJava {
  private PlainJava() {}

  static Value toValue(@Nullable Object plain) {
    return switch (plain) {
      case null -> Scalar.Nil.NONE;
      case Value v -> v;
      case Boolean b -> new Scalar.Bool(b);
      case Byte n -> new Scalar.Int(n);
      case Short n -> new Scalar.Int(n);
      case Integer n -> new Scalar.Int(n);
      case Long n -> new Scalar.Int(n);
      case BigInteger n -> Scalar.integer(n);
      case Float n -> Scalar.real(n);
      case Double n -> Scalar.real(n);
      case String s -> new Scalar.Text(s);
      case byte[] b -> Scalar.Bytes.of(b);
      case List<?> items -> Seq.of(Seq.Kind.LIST, values(items));
      case Set<?> items -> Seq.of(Seq.Kind.SET, values(items));
      case Map<?, ?> map -> dict(map);
      default ->
          throw new IllegalArgumentException(
              "no value for " + plain.getClass().getName() + "; wrap it in a Value first");
    };
  }

  private static List<Value> values(Collection<?> items) {
    return items.stream().map(PlainJava::toValue).toList();
  }

  private static Dict dict(Map<?, ?> map) {
    Dict.Builder dict = Dict.builder();
    boolean ordered = map instanceof SequencedMap || map instanceof SortedMap;
    var entries = map.entrySet().stream();
    (ordered ? entries : entries.sorted(Comparator.comparing(e -> String.valueOf(e.getKey()))))
        .forEach(e -> dict.put(toValue(e.getKey()), toValue(e.getValue())));
    return dict.build();
  }
}
