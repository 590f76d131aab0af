package org.statedict.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.ScanReport.Verdict;
import org.statedict.checkpoint.Source;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `scan`: what in a file runs code, reaches outside of it, or cannot be vouched for.
@Command(name = "scan", description = "Audits files without loading them.")
final class ScanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = {"-r", "--recursive"},
      description = "Scans the files in folders; links are not followed.")
  boolean recursive;

  @Option(names = "--sarif", description = "Prints one SARIF 2.1.0 log.")
  boolean sarif;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, indexes, folders or -.")
  List<String> files = new ArrayList<>();

  ScanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Limits limits = common.limits(console);
    AdapterOptions.requireKnown(common.option, Formats.installed());
    Map<String, ScanReport> reports = new LinkedHashMap<>();
    int worst = ExitCode.FINE;
    for (String file : all()) {
      worst = Math.max(worst, scan(file, limits, reports));
    }
    if (sarif) {
      Sarif.print(console, reports);
    }
    return worst;
  }

  private List<String> all() throws IOException {
    List<String> all = new ArrayList<>();
    for (String file : files) {
      if (recursive && Files.isDirectory(Path.of(file))) {
        try (Stream<Path> inside = Files.walk(Path.of(file))) {
          inside.filter(Files::isRegularFile).sorted().map(Path::toString).forEach(all::add);
        }
      } else {
        all.add(file);
      }
    }
    return all;
  }

  private int scan(String file, Limits limits, Map<String, ScanReport> reports) {
    try {
      ScanReport report = scan(file, limits);
      reports.put(file, report);
      if (!sarif) {
        print(file, report);
      }
      return report.verdict() == Verdict.SAFE ? ExitCode.FINE : ExitCode.FOUND;
    } catch (IOException | RuntimeException e) {
      return new Failures(console, common.debug).tell(Failures.report(e));
    }
  }

  private ScanReport scan(String file, Limits limits) throws IOException {
    try (Source source =
        file.equals("-") ? Source.spooled("-", console.in()) : Source.open(Path.of(file))) {
      return Formats.installed().scan(source, limits);
    } catch (CheckpointException e) {
      return ScanReport.of("unknown", e);
    }
  }

  private void print(String file, ScanReport report) throws IOException {
    if (common.json) {
      JsonLines.print(console, json -> ScanText.write(json, file, report));
    } else {
      new ScanText(console.out(), new Colors(common.color, console)).print(file, report);
    }
  }
}
