package org.statedict.io.pickle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// The parameters and buffers of a TorchScript module as its state_dict: the module's own tensors,
/// then those of its children under their names. Code, constants and attributes that are no tensors
/// are not part of a state_dict.
final class ScriptModule {
  private final Dict.Builder state = Dict.builder(Dict.Kind.ORDERED);
  private final List<String> leftOut = new ArrayList<>();

  private ScriptModule(Opaque module) {
    add(module, "");
  }

  /// Whether a value is the root of a TorchScript archive.
  static boolean is(Value root) {
    return root instanceof Opaque object && object.className().startsWith("__torch__.");
  }

  static ScriptModule of(Value root) {
    return new ScriptModule((Opaque) root);
  }

  Dict stateDict() {
    return state.build();
  }

  /// What is not in the state_dict, for the reader of the file.
  String note() {
    return "read as the state_dict of its module, without %d attributes that are no tensors"
        .formatted(leftOut.size());
  }

  private void add(Opaque module, String prefix) {
    Dict attributes =
        module.state().filter(Dict.class::isInstance).map(Dict.class::cast).orElse(Dict.EMPTY);
    for (Map.Entry<Value, Value> attribute : attributes.entries().entrySet()) {
      String name = prefix + attribute.getKey();
      if (attribute.getValue() instanceof Tensor) {
        state.put(name, attribute.getValue());
      } else if (!is(attribute.getValue())) {
        leftOut.add(name);
      }
    }
    for (Map.Entry<Value, Value> attribute : attributes.entries().entrySet()) {
      if (is(attribute.getValue())) {
        add((Opaque) attribute.getValue(), prefix + attribute.getKey() + ".");
      }
    }
  }
}
