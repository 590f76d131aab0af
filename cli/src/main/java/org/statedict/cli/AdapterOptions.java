package org.statedict.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.SaveOptions;

/// The options `FORMAT.NAME=VALUE` that only one format understands.
final class AdapterOptions {
  private AdapterOptions() {}

  /// @throws UsageException if one is not of this form, or no installed format has it
  static void requireKnown(List<String> options, Formats formats) {
    apply(SaveOptions.DEFAULT, options, formats);
  }

  /// `save` with these options set.
  ///
  /// @throws UsageException if one is not of this form, or no installed format has it
  static SaveOptions apply(SaveOptions save, List<String> options, Formats formats) {
    SaveOptions result = save;
    for (String option : options) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      if (equals < 0 || formats.all().stream().noneMatch(f -> f.options().containsKey(name))) {
        throw new UsageException(
            "--option %s: known options are %s".formatted(option, known(formats)));
      }
      result = result.withAdapterOption(name, option.substring(equals + 1));
    }
    return result;
  }

  private static Map<String, String> known(Formats formats) {
    return formats.all().stream()
        .flatMap(format -> format.options().entrySet().stream())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
