package org.statedict.io.hdf5;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Value;

/// The order in which Keras has layers and their weights, which HDF5 keeps by name: Keras 2 lists
/// both in attributes, Keras 3 has its layers in the model's configuration.
final class KerasOrder {
  /// The attributes of Keras 2, the names of layers first.
  static final List<String> ATTRIBUTES = List.of("layer_names", KerasOrder.WEIGHTS);

  static final String WEIGHTS = "weight_names";

  private static final String LAYERS = "layers";

  private final Map<String, Integer> ranks = new HashMap<>();
  private final SequencedMap<String, String> weights = new LinkedHashMap<>();

  /// Adds paths in the group at `group`, which is empty for the root.
  void add(String group, List<String> paths) {
    for (String path : paths) {
      String whole = below(group, path);
      for (int end = whole.indexOf('/'); end >= 0; end = whole.indexOf('/', end + 1)) {
        ranks.putIfAbsent(whole.substring(0, end), ranks.size());
      }
      ranks.putIfAbsent(whole, ranks.size());
    }
  }

  /// Adds the weights that the layer at `group` lists, which must all be there.
  void addWeights(String group, List<String> paths) {
    add(group, paths);
    paths.forEach(path -> weights.put(below(group, path), group));
  }

  /// Refuses a layer that lists a weight which the file lacks.
  void requireWeights(Predicate<String> isThere, Where where) throws CheckpointException {
    for (Map.Entry<String, String> weight : weights.entrySet()) {
      if (!isThere.test(weight.getKey())) {
        throw new CheckpointException(
            where.entry("'" + Escapes.visible(weight.getValue()) + "'"),
            "its weight_names list dataset '%s', which is not in the file; save the model again"
                .formatted(Escapes.visible(weight.getKey())));
      }
    }
  }

  /// Adds the layers of a model and of the models in it.
  void add(String group, KerasModel model) {
    model
        .layers()
        .forEach((name, layer) -> {
          String path = below(group, LAYERS + "/" + name);
          add("", List.of(path));
          add(path, layer);
        });
  }

  private static String below(String group, String member) {
    return group.isEmpty() ? member : group + "/" + member;
  }

  /// The value with its groups in order; members that are in no list stay behind the others.
  Value arrange(Value root) {
    return ranks.isEmpty() ? root : arrange(root, "", new IdentityHashMap<>());
  }

  /// @param done the groups that are in order; one with several names is arranged once
  private Value arrange(Value value, String path, Map<Dict, Dict> done) {
    if (!(value instanceof Dict group)) {
      return value;
    }
    Dict known = done.get(group);
    if (known != null) {
      return known;
    }
    List<String> members = new ArrayList<>();
    group.entries().keySet().forEach(key -> members.add(key.toString()));
    members.sort(Comparator.comparing(m -> ranks.getOrDefault(below(path, m), Integer.MAX_VALUE)));
    Dict.Builder arranged = Dict.builder();
    for (String member : members) {
      arranged.put(member, arrange(group.get(member).orElseThrow(), below(path, member), done));
    }
    Dict ordered = arranged.build();
    done.put(group, ordered);
    return ordered;
  }
}
