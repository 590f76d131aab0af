package org.statedict.io.hdf5;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Finds the layers in a file of Keras 3: groups that follow the model's objects, each object's
/// variables numbered in its group `vars`.
final class KerasGroups {
  private static final String VARS = "vars";
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");
  private static final Map<String, String> ATTENTION =
      Map.of(
          "query_dense", "query/",
          "key_dense", "key/",
          "value_dense", "value/",
          "output_dense", "attention_output/");

  private final Map<String, String> metadata;
  private final List<KerasLayer> layers = new ArrayList<>();
  private final List<Loss> lost = new ArrayList<>();

  /// @param metadata has the names of layers, as attributes of their groups
  KerasGroups(Map<String, String> metadata) {
    this.metadata = metadata;
  }

  /// Whether a value comes from such a file.
  static boolean isOne(Dict root) {
    return root.get(VARS).isPresent()
        || root.entries().values().stream()
            .anyMatch(v -> v instanceof Dict inner && inner.get(VARS).isPresent());
  }

  List<KerasLayer> layers() {
    return layers;
  }

  List<Loss> lost() {
    return lost;
  }

  void read(Dict root, KerasModel model) {
    if (root.get("optimizer").isPresent()) {
      lost.add(new Loss("the optimizer's state", false));
    }
    inside(root, "", "", model);
  }

  /// @param name of the object, and of those around it
  private void inside(Dict group, String path, String name, KerasModel model) {
    SequencedMap<String, KerasModel> known = model.layers();
    for (String member : order(group, known)) {
      if (group.get(member).orElseThrow() instanceof Dict inner) {
        String below = path + member;
        if (CONTAINERS.contains(member)) {
          inside(inner, below + "/", name, model);
        } else if (!member.equals(VARS) && !below.equals("optimizer")) {
          KerasModel layer = member.equals("layer") ? model.wrapped() : known.get(member);
          object(inner, below, name, layer == null ? KerasModel.UNKNOWN : layer, model);
        }
      }
    }
  }

  /// The members in the model's order as far as it is known.
  private static List<String> order(Dict group, Map<String, KerasModel> known) {
    LinkedHashSet<String> order = new LinkedHashSet<>(known.keySet());
    group.entries().keySet().forEach(key -> order.add(key.toString()));
    order.removeIf(member -> group.get(member).isEmpty());
    return List.copyOf(order);
  }

  private void object(Dict group, String path, String outer, KerasModel layer, KerasModel around) {
    String part = path.substring(path.lastIndexOf('/') + 1);
    String own =
        layer.name().isEmpty() ? metadata.getOrDefault(path + "/vars@name", part) : layer.name();
    String name = outer.isEmpty() ? own : outer + "." + own;
    SequencedMap<String, Tensor> variables = composite(group);
    List<Tensor> numbered = numbered(group);
    if (variables.isEmpty() && numbered.isEmpty()) {
      inside(group, path + "/", name, layer);
      return;
    }
    String kind = layer.kind().isEmpty() ? KerasVariables.kind(part) : layer.kind();
    if (kind.equals("seed_generator")) {
      lost.add(new Loss("the state of the random generator '" + name + "'", false));
      return;
    }
    Optional<List<String>> names = KerasVariables.names(kind, layer.config(), numbered.size());
    for (int i = 0; i < numbered.size(); i++) {
      variables.put(names.isPresent() ? names.get().get(i) : Integer.toString(i), numbered.get(i));
    }
    layers.add(new KerasLayer(name, variables, new FlattenedChannels(around).before(own)));
  }

  /// The variables of layers that are made of layers: recurrent ones and attention.
  private static SequencedMap<String, Tensor> composite(Dict group) {
    SequencedMap<String, Tensor> variables = new LinkedHashMap<>();
    cell(group, "", variables);
    for (String direction : List.of("forward", "backward")) {
      if (group.get(direction + "_layer").orElse(null) instanceof Dict inner) {
        cell(inner, direction + "/", variables);
      }
    }
    ATTENTION.forEach((member, prefix) -> {
      if (group.get(member).orElse(null) instanceof Dict inner) {
        name(numbered(inner), List.of("kernel", "bias"), prefix, variables);
      }
    });
    return variables;
  }

  private static void cell(Dict group, String prefix, Map<String, Tensor> variables) {
    if (group.get("cell").orElse(null) instanceof Dict cell) {
      name(numbered(cell), KerasVariables.CELL, prefix, variables);
    }
  }

  private static void name(
      List<Tensor> numbered, List<String> names, String prefix, Map<String, Tensor> variables) {
    for (int i = 0; i < numbered.size(); i++) {
      variables.put(
          prefix + (i < names.size() ? names.get(i) : Integer.toString(i)), numbered.get(i));
    }
  }

  private static List<Tensor> numbered(Dict group) {
    List<Tensor> tensors = new ArrayList<>();
    if (group.get(VARS).orElse(null) instanceof Dict vars) {
      for (Value value : vars.entries().values()) {
        if (value instanceof Tensor tensor) {
          tensors.add(tensor);
        }
      }
    }
    return tensors;
  }
}
