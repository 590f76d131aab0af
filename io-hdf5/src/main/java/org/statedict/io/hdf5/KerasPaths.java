package org.statedict.io.hdf5;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Finds the layers in a file of Keras 2, or of Keras 3 in its old layout: a group for each layer,
/// in it the paths of its variables, which say what they are for.
final class KerasPaths {
  private static final Pattern CELL = Pattern.compile("(lstm|gru|simple_rnn)_cell(_[0-9]+)?");
  private static final Pattern DIRECTION = Pattern.compile("(forward|backward)_.*");
  private static final List<String> ATTENTION =
      List.of("query", "key", "value", "attention_output");

  private final KerasModel model;
  private final FlattenedChannels flattened;
  private final SequencedMap<String, SequencedMap<String, Tensor>> layers = new LinkedHashMap<>();

  KerasPaths(KerasModel model) {
    this.model = model;
    this.flattened = new FlattenedChannels(model);
  }

  List<KerasLayer> read(Dict root) {
    root.entries()
        .forEach((layer, value) -> {
          if (value instanceof Dict group) {
            visit(group, layer.toString(), layer.toString(), "");
          }
        });
    return layers.entrySet().stream().map(e -> layer(e.getKey(), e.getValue())).toList();
  }

  /// Keras 3 calls the kernel of a depthwise convolution as any other.
  private KerasLayer layer(String name, SequencedMap<String, Tensor> variables) {
    String known = model.named(name).kind();
    String kind = known.isEmpty() ? KerasVariables.kind(name) : known;
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    variables.forEach((variable, tensor) -> {
      boolean depthwise = variable.equals("kernel") && kind.startsWith("depthwise_conv");
      named.put(depthwise ? "depthwise_kernel" : variable, tensor);
    });
    return new KerasLayer(name, named, flattened.before(name));
  }

  /// @param outer the name of the group around
  /// @param layer the name so far of the layer
  /// @param prefix of what variables are for
  private void visit(Dict group, String outer, String layer, String prefix) {
    for (Map.Entry<Value, Value> entry : group.entries().entrySet()) {
      String part = entry.getKey().toString();
      if (entry.getValue() instanceof Tensor tensor) {
        String variable = prefix + part.replaceFirst(":[0-9]+$", "");
        layers.computeIfAbsent(layer, _ -> new LinkedHashMap<>()).put(variable, tensor);
      } else if (entry.getValue() instanceof Dict inner) {
        Optional<String> role = role(part);
        boolean repeated = part.equals(outer);
        visit(
            inner,
            repeated ? "" : part,
            repeated || role.isPresent() ? layer : layer + "." + part,
            prefix + role.orElse(""));
      }
    }
  }

  /// What a step adds to what variables are for; empty if it is the name of a layer.
  private static Optional<String> role(String part) {
    if (CELL.matcher(part).matches()) {
      return Optional.of("");
    }
    if (DIRECTION.matcher(part).matches()) {
      return Optional.of(part.substring(0, part.indexOf('_')) + "/");
    }
    return ATTENTION.contains(part) ? Optional.of(part + "/") : Optional.empty();
  }
}
