package org.statedict.cli;

import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.Limits;
import picocli.CommandLine.Option;

/// The options that every command takes.
final class CommonOptions {
  /// When text is coloured.
  enum Color {
    AUTO,
    ALWAYS,
    NEVER
  }

  @Option(names = "--json", description = "Prints one JSON object a line.")
  boolean json;

  @Option(
      names = "--color",
      paramLabel = "auto|always|never",
      description = "When text is coloured.",
      converter = ColorConverter.class)
  Color color = Color.AUTO;

  @Option(names = "--debug", description = "Prints the stack trace of a failure.")
  boolean debug;

  @Option(
      names = "--limit",
      paramLabel = "NAME=VALUE",
      description = "Changes a limit; repeatable.")
  List<String> limit = new ArrayList<>();

  @Option(
      names = "--limits",
      paramLabel = "trusted",
      description = "Ten times every limit, for files from a trusted source.")
  String limits = "";

  @Option(
      names = "--option",
      paramLabel = "FORMAT.NAME=VALUE",
      description = "Sets an option of one format; repeatable.")
  List<String> option = new ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  boolean help;

  static final class ColorConverter implements picocli.CommandLine.ITypeConverter<Color> {
    @Override
    public Color convert(String value) {
      return Choices.of(Color.class, "--color", value);
    }
  }

  /// The limits of the environment and the command line; the command line wins.
  ///
  /// @throws UsageException if they cannot be understood
  Limits limits(Console console) {
    try {
      String environment = console.environment().getOrDefault("STATEDICT_LIMITS", "");
      Limits all = environment.isBlank() ? Limits.DEFAULT : Limits.DEFAULT.parse(environment);
      if (!limits.isEmpty()) {
        requireTrusted();
        all = all.trusted();
      }
      for (String one : limit) {
        all = all.parse(one);
      }
      return all;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private void requireTrusted() {
    if (!limits.equals("trusted")) {
      throw new UsageException("--limits " + limits + ": only trusted is known; see --limit");
    }
  }
}
