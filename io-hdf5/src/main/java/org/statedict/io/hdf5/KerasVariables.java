package org.statedict.io.hdf5;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the numbered variables of a Keras 3 layer are for, which follows from its class.
final class KerasVariables {
  private static final List<String> KERNEL = List.of("kernel", "bias");
  private static final List<String> DEPTHWISE = List.of("depthwise_kernel", "bias");
  private static final List<String> SEPARABLE =
      List.of("depthwise_kernel", "pointwise_kernel", "bias");
  private static final List<String> NORM = List.of("gamma", "beta");
  private static final List<String> BATCH_NORM =
      List.of("gamma", "beta", "moving_mean", "moving_variance");

  /// The variables of a cell of a recurrent layer.
  static final List<String> CELL = List.of("kernel", "recurrent_kernel", "bias");

  private static final Map<String, List<String>> OF =
      Map.ofEntries(
          Map.entry("dense", KERNEL),
          Map.entry("conv1d", KERNEL),
          Map.entry("conv2d", KERNEL),
          Map.entry("conv3d", KERNEL),
          Map.entry("conv1d_transpose", KERNEL),
          Map.entry("conv2d_transpose", KERNEL),
          Map.entry("conv3d_transpose", KERNEL),
          Map.entry("depthwise_conv1d", DEPTHWISE),
          Map.entry("depthwise_conv2d", DEPTHWISE),
          Map.entry("separable_conv1d", SEPARABLE),
          Map.entry("separable_conv2d", SEPARABLE),
          Map.entry("embedding", List.of("embeddings")),
          Map.entry("batch_normalization", BATCH_NORM),
          Map.entry("layer_normalization", NORM),
          Map.entry("group_normalization", NORM),
          Map.entry("rms_normalization", List.of("scale")),
          Map.entry("p_re_lu", List.of("alpha")));

  private KerasVariables() {}

  /// Names for `count` variables; empty if the class is not known or has other numbers of them.
  ///
  /// @param kind the class in snake case
  /// @param config the layer's configuration, which says what it goes without
  static Optional<List<String>> names(String kind, JsonNode config, int count) {
    List<String> all = OF.getOrDefault(kind, List.of());
    List<String> names = new ArrayList<>(all);
    if (names.size() != count && !config.path("scale").asBoolean(true)) {
      names.remove("gamma");
    }
    if (names.size() != count && !config.path("center").asBoolean(true)) {
      names.remove("beta");
    }
    if (all.equals(BATCH_NORM) && count == 2) {
      names.removeAll(NORM);
    }
    if (names.size() == count + 1) {
      names.remove("bias");
    }
    return names.size() == count && count > 0 ? Optional.of(names) : Optional.empty();
  }

  /// The class of a layer whose group has this name: without the number that tells it from others.
  static String kind(String group) {
    return group.replaceFirst("_[0-9]+$", "");
  }

  /// A class as Keras names a group after it.
  static String snakeCase(String className) {
    return className
        .replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
