package org.statedict.io.hdf5;

import java.util.List;
import java.util.regex.Pattern;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.Verdict;

/// Looks through the configuration of a whole Keras model, which is data here and a program for
/// Keras.
final class KerasConfig {
  /// Where whole models have their configuration.
  static final String ATTRIBUTE = "model_config";

  private static final Pattern LAMBDA = Pattern.compile("\"class_name\"\\s*:\\s*\"Lambda\"");

  private KerasConfig() {}

  /// Judges a configuration, a JSON text.
  static List<Finding> findings(String config, Where where) {
    Where attribute = where.entry(ATTRIBUTE);
    if (LAMBDA.matcher(config).find()) {
      return List.of(
          new Finding(
              "keras-lambda: a Lambda layer, whose code Keras runs when it loads the model",
              Verdict.DANGEROUS,
              attribute));
    }
    if (config.contains("\\u")) {
      return List.of(new Finding("names of layers are escaped", Verdict.SUSPICIOUS, attribute));
    }
    return List.of();
  }
}
