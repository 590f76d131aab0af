package org.statedict.io.hdf5;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.Verdict;

/// Looks through the configuration of a whole Keras model, which is data here and a program for
/// Keras.
final class KerasConfig {
  /// Where whole models have their configuration.
  static final String ATTRIBUTE = "model_config";

  private KerasConfig() {}

  /// Judges a configuration, a JSON text; empty if there is none.
  static List<Finding> findings(String config, Where where) {
    Where attribute = where.entry(ATTRIBUTE);
    JsonNode model = KerasModel.of(config).layer();
    if (model.isMissingNode()) {
      return config.isEmpty()
          ? List.of()
          : List.of(new Finding("no JSON that can be read", Verdict.SUSPICIOUS, attribute));
    }
    return Stream.concat(lambdas(model), modules(model))
        .map(what -> new Finding(what, Verdict.DANGEROUS, attribute))
        .toList();
  }

  private static Stream<String> lambdas(JsonNode model) {
    return texts(model, "class_name").contains("Lambda")
        ? Stream.of("keras-lambda: a Lambda layer, whose code Keras runs when it loads the model")
        : Stream.of();
  }

  /// Functions are looked up by name among those that Keras knows; their module says nothing.
  private static Stream<String> modules(JsonNode model) {
    return texts(model, "module").stream()
        .filter(name -> !name.equals("keras") && !name.startsWith("keras."))
        .filter(name -> !name.equals("builtins"))
        .map(name ->
            "keras-module: a class of the module '%s', which Keras imports when it loads the model"
                .formatted(Escapes.visible(name)));
  }

  private static Set<String> texts(JsonNode model, String field) {
    Set<String> texts = new LinkedHashSet<>();
    for (JsonNode value : model.findValues(field)) {
      if (value.isTextual()) {
        texts.add(value.asText());
      }
    }
    return texts;
  }
}
