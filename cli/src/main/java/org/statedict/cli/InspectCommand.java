package org.statedict.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `inspect`: what is in a checkpoint.
@Command(
    name = "inspect",
    aliases = "ls",
    description = "Lists the tensors, values and metadata of checkpoints.")
final class InspectCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--digest", description = "Reads the tensors and adds their SHA-256.")
  boolean digest;

  @Option(names = "--stats", description = "Reads the tensors and adds min, max, mean, ...")
  boolean stats;

  @Option(names = "--from", paramLabel = "FORMAT", description = "The format of the files.")
  String from = "";

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, indexes, folders or -.")
  List<String> files = new ArrayList<>();

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    LoadOptions options =
        LoadOptions.DEFAULT
            .withLimits(common.limits(console))
            .withReading(digest || stats ? Reading.POSITIONAL : Reading.MAPPED);
    AdapterOptions.requireKnown(common.option, Formats.installed());
    int worst = ExitCode.FINE;
    for (String file : files) {
      worst = Math.max(worst, inspect(file, options));
    }
    return worst;
  }

  private int inspect(String file, LoadOptions options) throws IOException {
    Failures failures = new Failures(console, common.debug);
    try (Checkpoint checkpoint =
        new Sources(console, Formats.installed()).open(file, from, options)) {
      Listing listing = new Listing(file, checkpoint, options.limits(), digest, stats);
      List<Failures.Report> problems = listing.problems();
      if (common.json) {
        JsonLines.print(console, listing::writeTo);
      } else {
        listing.print(console.out(), new Colors(common.color, console));
      }
      problems.forEach(failures::tell);
      return problems.stream().mapToInt(Failures.Report::exitCode).max().orElse(ExitCode.FINE);
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      Failures.Report report = Failures.report(e);
      if (common.json && report.exitCode() != ExitCode.USAGE) {
        JsonLines.print(console, json -> ErrorJson.write(json, "file", file, report));
      }
      return failures.tell(report);
    }
  }
}
