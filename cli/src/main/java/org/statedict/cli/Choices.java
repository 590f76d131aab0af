package org.statedict.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/// Option values out of a closed set, in lower case.
final class Choices {
  private Choices() {}

  /// The constant that `value` names.
  ///
  /// @throws TypeConversionException if it names none; the message lists them
  static <E extends Enum<E>> E of(Class<E> type, String option, String value) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> label(constant).equals(value))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "'%s' is not one of %s of %s".formatted(value, labels(type), option)));
  }

  private static <E extends Enum<E>> String labels(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Choices::label)
        .collect(Collectors.joining("|"));
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
