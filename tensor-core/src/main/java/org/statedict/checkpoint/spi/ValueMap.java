package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Rebuilds a tree with other tensors in it. A value that stands in several places is rebuilt once,
/// so sharing stays sharing.
public abstract class ValueMap {
  private final IdentityHashMap<Value, Value> done = new IdentityHashMap<>();

  protected ValueMap() {}

  /// What stands in a tensor's place.
  protected abstract Tensor tensor(Tensor tensor) throws IOException;

  /// The rebuilt tree.
  public final Value of(Value value) throws IOException {
    Value known = done.get(value);
    if (known == null) {
      known = rebuild(value);
      done.put(value, known);
    }
    return known;
  }

  private Value rebuild(Value value) throws IOException {
    return switch (value) {
      case Tensor tensor -> tensor(tensor);
      case StateDict dict -> StateDict.of(dict(dict));
      case Dict dict -> dict(dict);
      case Seq seq -> Seq.of(seq.kind(), all(seq.items()));
      case Opaque object ->
          new Opaque(
              object.className(),
              orNull(object.args().orElse(null)),
              orNull(object.state().orElse(null)),
              all(object.items()),
              pairs(object.pairs()));
      case Scalar scalar -> scalar;
    };
  }

  private @Nullable Value orNull(@Nullable Value part) throws IOException {
    return part == null ? null : of(part);
  }

  private Dict dict(Dict dict) throws IOException {
    if (dict.size() == 0 && dict.attributes().size() == 0) {
      return dict;
    }
    Dict.Builder rebuilt = Dict.builder(dict.kind());
    for (Map.Entry<Value, Value> entry : dict.entries().entrySet()) {
      rebuilt.put(entry.getKey(), of(entry.getValue()));
    }
    return rebuilt.attributes((Dict) of(dict.attributes())).build();
  }

  private List<Value> all(List<Value> items) throws IOException {
    List<Value> rebuilt = new ArrayList<>(items.size());
    for (Value item : items) {
      rebuilt.add(of(item));
    }
    return rebuilt;
  }

  private List<Map.Entry<Value, Value>> pairs(List<Map.Entry<Value, Value>> pairs)
      throws IOException {
    List<Map.Entry<Value, Value>> rebuilt = new ArrayList<>(pairs.size());
    for (Map.Entry<Value, Value> pair : pairs) {
      rebuilt.add(Map.entry(of(pair.getKey()), of(pair.getValue())));
    }
    return rebuilt;
  }
}
