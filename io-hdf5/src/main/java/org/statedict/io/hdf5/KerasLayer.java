package org.statedict.io.hdf5;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.tensor.Tensor;

/// A layer with its variables.
///
/// @param name what the model calls it, the names of the layers that it is in before it
/// @param variables by what they are for, such as `kernel` and `query/bias`
/// @param channels how many channels, which Keras has last, were flattened before this layer
record KerasLayer(String name, SequencedMap<String, Tensor> variables, Optional<Long> channels) {
  boolean has(String variable) {
    return variables.containsKey(variable);
  }

  Optional<Tensor> get(String variable) {
    return Optional.ofNullable(variables.get(variable));
  }

  /// The variable that [#has].
  Tensor of(String variable) {
    return get(variable).orElseThrow();
  }

  /// The part of a layer that is a layer itself: variables that begin with `prefix`, without it.
  KerasLayer part(String prefix) {
    SequencedMap<String, Tensor> inner = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> variable : variables.entrySet()) {
      if (variable.getKey().startsWith(prefix)) {
        inner.put(variable.getKey().substring(prefix.length()), variable.getValue());
      }
    }
    return new KerasLayer(name, inner, Optional.empty());
  }
}
