package org.statedict.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// What an optimizer remembers of one parameter, by PyTorch's names.
final class ParamState {
  static final String STEP = "step";

  private final SequencedMap<String, Value> values = new LinkedHashMap<>();

  static ParamState of(Dict saved) {
    ParamState state = new ParamState();
    saved.entries().forEach((key, value) -> state.values.put(key.asText(), value));
    return state;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  Value get(String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "the state has no '%s', only %s; it was saved by another optimizer"
              .formatted(name, values.keySet()));
    }
    return value;
  }

  /// The tensor of this name, zeros like `p` if there is none yet.
  Tensor tensor(String name, Tensor p) {
    return has(name) ? get(name).asTensor() : zerosLike(p);
  }

  static Tensor zerosLike(Tensor p) {
    return Tensor.zeros(p.shape().toArray()).to(p.dtype());
  }

  /// The number of this name, `first` if there is none yet.
  double number(String name, double first) {
    return has(name) ? get(name).asTensor().item() : first;
  }

  void put(String name, Value value) {
    values.put(name, value);
  }

  /// Keeps a number as a float32 tensor without dimensions, and returns what that can hold.
  double putNumber(String name, double number) {
    values.put(name, Tensor.scalar(number));
    return (float) number;
  }

  /// Counts one more step.
  double advance() {
    return putNumber(STEP, number(STEP, 0) + 1);
  }

  Dict toDict() {
    Dict.Builder dict = Dict.builder();
    values.forEach(dict::put);
    return dict.build();
  }
}
