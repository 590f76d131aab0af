package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `show`: one tensor or value.
@Command(name = "show", description = "Prints one tensor or value of a checkpoint.")
final class ShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--slice", paramLabel = "0:2,:,3", description = "A part of the tensor.")
  String slice = "";

  @Option(names = "--from", paramLabel = "FORMAT", description = "The format of the file.")
  String from = "";

  @Parameters(index = "0", paramLabel = "FILE", description = "A file, index, folder or -.")
  String file = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "The name that inspect lists.")
  String name = "";

  ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    LoadOptions options =
        LoadOptions.DEFAULT.withLimits(common.limits(console)).withReading(Reading.POSITIONAL);
    AdapterOptions.requireKnown(common.option, Formats.installed());
    try (Checkpoint checkpoint =
        new Sources(console, Formats.installed()).open(file, from, options)) {
      TensorInfo info = checkpoint.tensors().get(name);
      Value value = checkpoint.values().get(name);
      if (info != null) {
        show(info, checkpoint.tensor(name));
      } else if (value != null) {
        show(value);
      } else {
        throw new UsageException(missing(checkpoint));
      }
      checkpoint.requireUnchanged();
      return ExitCode.FINE;
    } catch (IOException | RuntimeException e) {
      Failures.Report report = Failures.report(e);
      if (common.json && report.exitCode() != ExitCode.USAGE) {
        JsonLines.print(console, json -> ErrorJson.write(json, "file", file, report));
      }
      throw e;
    }
  }

  private String missing(Checkpoint checkpoint) {
    return "%s: no tensor or value '%s' among %d; inspect lists them"
        .formatted(
            file, Escapes.visible(name), checkpoint.tensors().size() + checkpoint.values().size());
  }

  private void show(TensorInfo info, Tensor whole) throws IOException {
    Tensor tensor = slice.isEmpty() ? whole : SliceText.apply(slice, whole);
    Statistics statistics = Statistics.canDescribe(tensor) ? Statistics.of(tensor) : null;
    if (common.json) {
      JsonLines.print(console, json -> write(json, info, tensor, statistics));
      return;
    }
    PrintStream out = console.out();
    out.println(tensor);
    out.printf("%s %s, %d bytes%n", tensor.dtype(), tensor.shape(), tensor.byteSize());
    if (statistics != null) {
      out.println(statistics.line());
      out.print(statistics.histogram(tensor));
    }
  }

  private void write(
      JsonGenerator json, TensorInfo info, Tensor tensor, @Nullable Statistics statistics)
      throws IOException {
    TensorJson.write(json, slice.isEmpty() ? info : sliced(info, tensor));
    if (statistics != null) {
      statistics.writeTo(json);
    }
  }

  private static TensorInfo sliced(TensorInfo whole, Tensor part) {
    return new TensorInfo(
        whole.name(),
        part.dtype(),
        part.shape(),
        part.strides(),
        whole.storage(),
        part.storageOffset(),
        whole.requiresGrad(),
        whole.device(),
        java.util.Optional.empty(),
        whole.problem());
  }

  private void show(Value value) throws IOException {
    if (common.json) {
      JsonLines.print(
          console,
          json -> {
            json.writeStringField("name", name);
            json.writeFieldName("value");
            ValueJson.write(json, value);
          });
    } else {
      console.out().println(Escapes.visible(value.toString()));
    }
  }
}
