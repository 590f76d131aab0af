package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `diff`: compares two checkpoints of any formats.
@Command(name = "diff", description = "Compares two checkpoints.")
final class DiffCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--rtol", paramLabel = "NUMBER", description = "Relative tolerance.")
  @Nullable Double rtol;

  @Option(names = "--atol", paramLabel = "NUMBER", description = "Absolute tolerance.")
  @Nullable Double atol;

  @Option(names = "--strict", description = "Compares order, kinds, sharing and traits too.")
  boolean strict;

  @Parameters(index = "0", paramLabel = "A", description = "A file, index, folder or -.")
  String a = "";

  @Parameters(index = "1", paramLabel = "B", description = "A file, index or folder.")
  String b = "";

  DiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    LoadOptions options =
        LoadOptions.DEFAULT.withLimits(common.limits(console)).withReading(Reading.POSITIONAL);
    AdapterOptions.requireKnown(common.option, Formats.installed());
    Sources sources = new Sources(console, Formats.installed());
    try (Checkpoint one = sources.open(a, "", options);
        Checkpoint two = sources.open(b, "", options)) {
      Tolerance tolerance =
          rtol == null && atol == null
              ? Tolerance.BITS
              : new Tolerance(OptionalDouble.of(rtol == null ? 0 : rtol), atol == null ? 0 : atol);
      Difference difference = Difference.of(one, two, tolerance, strict, options.limits());
      report(difference);
      return difference.isEmpty() ? ExitCode.FINE : ExitCode.FOUND;
    } catch (IOException | RuntimeException e) {
      return failed(Failures.report(e));
    }
  }

  /// A damaged file is a finding here; a missing one is a failure.
  private int failed(Failures.Report report) throws IOException {
    if (common.json && report.exitCode() != ExitCode.USAGE) {
      JsonLines.print(
          console,
          json -> {
            json.writeStringField("a", a);
            json.writeStringField("b", b);
            json.writeBooleanField("equal", false);
            ErrorJson.write(json, report);
          });
    }
    int code = new Failures(console, common.debug).tell(report);
    return code == ExitCode.BAD_FILE ? ExitCode.FOUND : code;
  }

  private void report(Difference difference) throws IOException {
    if (common.json) {
      JsonLines.print(console, json -> write(json, difference));
      return;
    }
    if (difference.isEmpty()) {
      console.out().println("equal");
      return;
    }
    Colors colors = new Colors(common.color, console);
    difference
        .missing()
        .forEach(n -> console.out().println("- " + colors.bold(Escapes.visible(n))));
    difference.added().forEach(n -> console.out().println("+ " + colors.bold(Escapes.visible(n))));
    for (Difference.Change change : difference.changed()) {
      console
          .out()
          .printf(
              "~ %s: %s %s, %s%s%n",
              colors.bold(Escapes.visible(change.name())),
              change.what(),
              Escapes.visible(change.a()),
              Escapes.visible(change.b()),
              change.numbers() == null ? "" : " (" + change.numbers().text() + ")");
    }
  }

  private void write(JsonGenerator json, Difference difference) throws IOException {
    json.writeStringField("a", a);
    json.writeStringField("b", b);
    json.writeBooleanField("equal", difference.isEmpty());
    strings(json, "missing", difference.missing());
    strings(json, "added", difference.added());
    json.writeArrayFieldStart("changed");
    for (Difference.Change change : difference.changed()) {
      json.writeStartObject();
      json.writeStringField("name", change.name());
      json.writeStringField("what", change.what());
      json.writeStringField("a", change.a());
      json.writeStringField("b", change.b());
      if (change.numbers() != null) {
        change.numbers().writeTo(json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void strings(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : new ArrayList<>(texts)) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
