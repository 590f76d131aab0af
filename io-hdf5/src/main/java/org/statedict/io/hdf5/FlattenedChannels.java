package org.statedict.io.hdf5;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// How many channels were last when an image was flattened on the way to a layer. PyTorch has
/// channels first, so that it flattens the same numbers in another order.
final class FlattenedChannels {
  private static final List<String> ELEMENTWISE =
      List.of("Dropout", "Activation", "ReLU", "LeakyReLU", "Identity", "ActivityRegularization");
  private static final String KEEPING =
      "(BatchNormalization|GroupNormalization|PReLU|ELU|Rescaling|GaussianNoise"
          + "|(ZeroPadding|Cropping|UpSampling|SpatialDropout|MaxPooling|AveragePooling)[123]D)";
  private static final String CONVOLUTION = "(Separable)?Conv[123]D(Transpose)?";
  private static final int IMAGE_RANK = 4;

  private final List<KerasModel> layers;

  FlattenedChannels(KerasModel model) {
    layers = model.members();
  }

  /// The channels; empty if nothing was flattened before the layer `name`, or what it was is not
  /// known.
  Optional<Long> before(String name) {
    Optional<KerasModel> before = input(name);
    while (before.filter(l -> ELEMENTWISE.contains(l.className())).isPresent()) {
      before = input(before.get().name());
    }
    return before
        .filter(l -> l.className().equals("Flatten") && isLast(l))
        .flatMap(flatten -> {
          JsonNode shape = flatten.layer().path("build_config").path("input_shape");
          return shape.size() >= IMAGE_RANK
              ? Optional.of(shape.get(shape.size() - 1).asLong())
              : input(flatten.name()).flatMap(l -> channels(l, layers.size()));
        });
  }

  private static boolean isLast(KerasModel layer) {
    return !layer.config().path("data_format").asText().equals("channels_first");
  }

  /// The channels that come out of a layer of images.
  private Optional<Long> channels(KerasModel layer, int stepsLeft) {
    String kind = layer.className();
    JsonNode config = layer.config();
    if (kind.matches(CONVOLUTION)) {
      return isLast(layer) ? Optional.of(config.path("filters").asLong()) : Optional.empty();
    }
    if (kind.equals("InputLayer")) {
      JsonNode shape = config.path(config.has("batch_shape") ? "batch_shape" : "batch_input_shape");
      return shape.size() >= IMAGE_RANK
          ? Optional.of(shape.get(shape.size() - 1).asLong())
          : Optional.empty();
    }
    Optional<KerasModel> before = stepsLeft == 0 ? Optional.empty() : input(layer.name());
    Optional<Long> channels = before.flatMap(l -> channels(l, stepsLeft - 1));
    if (kind.startsWith("DepthwiseConv")) {
      return channels.map(c -> c * config.path("depth_multiplier").asLong(1));
    }
    return kind.matches(KEEPING) || ELEMENTWISE.contains(kind) ? channels : Optional.empty();
  }

  /// The one layer whose output the layer `name` takes.
  private Optional<KerasModel> input(String name) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).name().equals(name)) {
        List<String> inputs = inputs(layers.get(i).layer().path("inbound_nodes")).toList();
        return switch (inputs.size()) {
          case 0 -> i == 0 ? Optional.empty() : Optional.of(layers.get(i - 1));
          case 1 -> layers.stream().filter(l -> l.name().equals(inputs.getFirst())).findFirst();
          default -> Optional.empty();
        };
      }
    }
    return Optional.empty();
  }

  /// The names of layers in the notation of Keras 3 or of Keras 2.
  private static Stream<String> inputs(JsonNode nodes) {
    Stream<String> current =
        nodes.findValues("keras_history").stream().map(history -> history.path(0).asText());
    Stream<String> old =
        elements(nodes)
            .flatMap(FlattenedChannels::elements)
            .filter(call -> call.path(0).isTextual())
            .map(call -> call.path(0).asText());
    return Stream.concat(current, old);
  }

  private static Stream<JsonNode> elements(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }
}
