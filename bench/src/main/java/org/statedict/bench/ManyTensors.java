package org.statedict.bench;

import org.statedict.tensor.Dict;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;

/// A state_dict of equal matrices under names such as models have.
final class ManyTensors {
  private ManyTensors() {}

  static StateDict of(int count, long rows, long columns) {
    Dict.Builder dict = Dict.builder(Dict.Kind.ORDERED);
    for (int i = 0; i < count; i++) {
      dict.put(
          "model.layers.%d.self_attn.q_proj.weight".formatted(i), Tensor.full(i, rows, columns));
    }
    return StateDict.of(dict.build());
  }
}
