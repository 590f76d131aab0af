package org.statedict.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `verify`: reads every byte, and says what is damaged or looks odd.
@Command(name = "verify", description = "Reads everything and checks it.")
final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--strict", description = "Warnings count as errors for the exit code.")
  boolean strict;

  @Option(
      names = "--sha256-manifest",
      paramLabel = "FILE",
      description = "Compares the content with FILE, which is written if it is absent.")
  @Nullable Path manifest;

  @Option(names = "--from", paramLabel = "FORMAT", description = "The format of the files.")
  String from = "";

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, indexes, folders or -.")
  List<String> files = new ArrayList<>();

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    LoadOptions options =
        LoadOptions.DEFAULT.withLimits(common.limits(console)).withReading(Reading.POSITIONAL);
    AdapterOptions.requireKnown(common.option, Formats.installed());
    int worst = ExitCode.FINE;
    for (String file : files) {
      worst = Math.max(worst, verify(file, options));
    }
    return worst;
  }

  private int verify(String file, LoadOptions options) throws IOException {
    Verification result = new Verification(file);
    try (Checkpoint checkpoint =
        new Sources(console, Formats.installed()).open(file, from, options)) {
      Listing listing = new Listing(file, checkpoint, options.limits(), true, true);
      checkpoint.requireUnchanged();
      result.listed(listing);
      if (manifest != null) {
        result.compare(listing, manifest);
      }
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      Failures.Report report = Failures.report(e);
      if (report.exitCode() != ExitCode.BAD_FILE) {
        return new Failures(console, common.debug).tell(report);
      }
      result.unreadable(report, null);
    }
    if (common.json) {
      JsonLines.print(console, result::writeTo);
    } else {
      result.print(console.out(), new Colors(common.color, console));
    }
    return result.exitCode(strict);
  }
}
