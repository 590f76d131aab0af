package org.statedict.io.hdf5;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.ValueTransform;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Turns the weights of a Keras model into a state_dict as PyTorch's layers have it: names
/// `LAYER.weight`, outputs before inputs, channels before pixels. The kinds of layers are those of
/// [TorchLayer]; others stay as they are and are listed.
///
/// Some constants of Keras are not in the weights: the epsilon of its normalizations is 0.001, and
/// its momentum is 1 minus PyTorch's.
public final class KerasToTorch implements ValueTransform {
  private static final String NAME = "keras-to-torch";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Transformed apply(Value value, Map<String, String> metadata)
      throws UnsupportedValueException {
    if (!(value instanceof Dict root)) {
      throw none();
    }
    KerasModel model = KerasModel.of(metadata.getOrDefault(KerasConfig.ATTRIBUTE, ""));
    List<Loss> lost = new ArrayList<>();
    List<KerasLayer> layers = layers(root, model, metadata, lost);
    if (model.className().isEmpty() && hasFlatten(root)) {
      lost.add(
          new Loss(
              "the order of what was flattened, which the weights alone do not tell; save the whole"
                  + " model",
              false));
    }
    Dict.Builder state = Dict.builder(Dict.Kind.ORDERED);
    boolean known = KerasGroups.isOne(root) && !layers.isEmpty();
    for (KerasLayer layer : layers) {
      Optional<SequencedMap<String, Tensor>> entries = TorchLayer.of(layer);
      known |= entries.isPresent();
      put(state, layer.name(), entries.orElseGet(() -> unchanged(layer, lost)));
    }
    if (!known) {
      throw none();
    }
    return new Transformed(state.build(), lost);
  }

  private static boolean hasFlatten(Dict group) {
    return group.entries().entrySet().stream()
        .anyMatch(e ->
            KerasVariables.kind(e.getKey().toString()).equals("flatten")
                || (e.getValue() instanceof Dict inner && hasFlatten(inner)));
  }

  private static void put(Dict.Builder state, String layer, SequencedMap<String, Tensor> entries)
      throws UnsupportedValueException {
    for (Map.Entry<String, Tensor> entry : entries.entrySet()) {
      String name = layer + "." + entry.getKey();
      if (state.contains(new Scalar.Text(name))) {
        throw new UnsupportedValueException(
            NAME, "two layers have the name of '%s'".formatted(Escapes.visible(name)));
      }
      state.put(name, entry.getValue());
    }
  }

  private static UnsupportedValueException none() {
    return new UnsupportedValueException(
        NAME, "no weights of Keras layers, neither in groups 'vars' nor by their names");
  }

  private static List<KerasLayer> layers(
      Dict root, KerasModel model, Map<String, String> metadata, List<Loss> lost) {
    if (KerasGroups.isOne(root)) {
      KerasGroups groups = new KerasGroups(metadata);
      groups.read(root, model);
      lost.addAll(groups.lost());
      return groups.layers();
    }
    if (root.get("optimizer_weights").isPresent()) {
      lost.add(new Loss("the optimizer's state", false));
    }
    Value weights = root.get("model_weights").orElse(root);
    return weights instanceof Dict dict ? new KerasPaths(model).read(dict) : List.of();
  }

  private static SequencedMap<String, Tensor> unchanged(KerasLayer layer, List<Loss> lost) {
    lost.add(
        new Loss(
            "how PyTorch has layer '%s', whose %d variables stay as they are"
                .formatted(Escapes.visible(layer.name()), layer.variables().size()),
            false));
    return layer.variables();
  }
}
