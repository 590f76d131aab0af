package org.statedict.io.hdf5;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What the configuration of a model, or of a model in a model, says of its layers.
///
/// @param layer as it stands in the configuration; missing if there is none
record KerasModel(JsonNode layer) {
  static final KerasModel UNKNOWN = new KerasModel(MissingNode.getInstance());

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// The outermost model; unknown if the text is no JSON.
  static KerasModel of(String config) {
    try {
      return config.isEmpty() ? UNKNOWN : new KerasModel(MAPPER.readTree(config));
    } catch (JsonProcessingException e) {
      return UNKNOWN;
    }
  }

  /// The name of the layer, empty if it is not known.
  String name() {
    return config().path("name").asText(layer.path("name").asText());
  }

  /// The class of the layer, empty if it is not known.
  String className() {
    return layer.path("class_name").asText();
  }

  /// The class of the layer in snake case, empty if it is not known.
  String kind() {
    return KerasVariables.snakeCase(className());
  }

  /// How the layer was made.
  JsonNode config() {
    return layer.path("config");
  }

  /// The layers of this model, in its order.
  List<KerasModel> members() {
    List<KerasModel> members = new ArrayList<>();
    config().path("layers").forEach(layer -> members.add(new KerasModel(layer)));
    return members;
  }

  /// The layers of this model by the names of their groups in Keras 3, in the model's order.
  SequencedMap<String, KerasModel> layers() {
    SequencedMap<String, KerasModel> layers = new LinkedHashMap<>();
    Map<String, Integer> used = new HashMap<>();
    for (KerasModel model : members()) {
      int number = used.merge(model.kind(), 1, Integer::sum) - 1;
      layers.put(number == 0 ? model.kind() : model.kind() + "_" + number, model);
    }
    return layers;
  }

  /// The layer of this name; names of layers in models are joined by dots.
  KerasModel named(String name) {
    for (KerasModel layer : members()) {
      if (name.equals(layer.name())) {
        return layer;
      }
      if (name.startsWith(layer.name() + ".")) {
        return layer.named(name.substring(layer.name().length() + 1));
      }
    }
    return UNKNOWN;
  }

  /// The layer that a wrapper, such as of each time step, holds.
  KerasModel wrapped() {
    return new KerasModel(config().path("layer"));
  }
}
