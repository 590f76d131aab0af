package org.statedict.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.ValueTransform.Transformed;
import org.statedict.checkpoint.spi.Leaf;
import org.statedict.checkpoint.spi.LeafNames;
import org.statedict.tensor.Device;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `convert`: one format to another.
@Command(name = "convert", description = "Converts a checkpoint to another format.")
final class ConvertCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin ChangeOptions change = new ChangeOptions();
  @Mixin SavingOptions saving = new SavingOptions();
  @Mixin Later later = new Later();

  @Option(names = "--from", paramLabel = "FORMAT", description = "The format of SRC.")
  String from = "";

  @Option(names = "--to", paramLabel = "FORMAT", description = "The format of DST.")
  String to = "";

  @Option(names = "--map-location", paramLabel = "DEVICE", description = "Changes device tags.")
  String mapLocation = "";

  @Option(names = "--onnx-all", description = "Reads the tensors in subgraphs and the like, too.")
  boolean onnxAll;

  @Option(names = "--dry-run", description = "Says what would be written and lost.")
  boolean dryRun;

  @Option(
      names = "--progress",
      paramLabel = "auto|always|never",
      converter = ProgressConverter.class,
      description = "When there is a progress bar.")
  ProgressReport.When progress = ProgressReport.When.AUTO;

  @Parameters(index = "0", paramLabel = "SRC", description = "A file, index, folder or -.")
  String source = "";

  @Parameters(index = "1", paramLabel = "DST", description = "The file to be written.")
  String target = "";

  ConvertCommand(Console console) {
    this.console = console;
  }

  static final class ProgressConverter implements ITypeConverter<ProgressReport.When> {
    @Override
    public ProgressReport.When convert(String value) {
      return Choices.of(ProgressReport.When.class, "--progress", value);
    }
  }

  @Override
  public Integer call() throws IOException {
    later.requireNone();
    long begun = System.nanoTime();
    try {
      CheckpointFormat format = targetFormat();
      SaveOptions save = saving.saveOptions(common, common.limits(console));
      try (Checkpoint checkpoint =
          new Sources(console, Formats.installed()).open(source, from, loadOptions())) {
        Transformed changed = change.transformed(checkpoint);
        Value value = change.apply(changed.value(), target, this::leaves);
        SavePlan plan =
            new WithLoss(
                plan(value, format, change.describe(save, checkpoint), checkpoint), changed.lost());
        if (!dryRun) {
          write(checkpoint, plan, save);
        }
        report(plan, leaves(value), begun);
      }
      return ExitCode.FINE;
    } catch (IOException | RuntimeException e) {
      Failures.Report failure = Failures.report(e);
      if (common.json && failure.exitCode() != ExitCode.USAGE) {
        JsonLines.print(console, json -> ErrorJson.write(json, "source", source, failure));
      }
      throw e;
    }
  }

  private CheckpointFormat targetFormat() {
    try {
      CheckpointFormat format =
          to.isEmpty()
              ? Formats.installed().forEnding(Path.of(target))
              : Formats.installed().named(to);
      if (!format.canWrite()) {
        throw new UsageException(target + ": " + format.name() + " cannot be written yet");
      }
      return format;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /// From model to model all is kept that is no weight, as long as the weights keep their names.
  private SavePlan plan(
      Value value, CheckpointFormat format, SaveOptions save, Checkpoint checkpoint)
      throws IOException {
    boolean models = checkpoint.format().equals("onnx") && format.name().equals("onnx");
    if (!models || source.equals("-") || onnxAll || !saving.template.isEmpty()) {
      return plan(value, format, save);
    }
    if (change.keepsNames()) {
      return plan(value, format, save.withAdapterOption("onnx.keep", source));
    }
    return new WithLoss(
        plan(value, format, save),
        List.of(
            new SavePlan.Loss(
                "the graph around the weights, which names them as they were; put them into a"
                    + " model that has the new names with --template",
                false)));
  }

  private LoadOptions loadOptions() {
    LoadOptions load =
        LoadOptions.DEFAULT.withLimits(common.limits(console)).withReading(Reading.POSITIONAL);
    if (onnxAll) {
      load = load.withAdapterOption("onnx.all", "true");
    }
    return mapLocation.isEmpty() ? load : load.withMapLocation(new Device(mapLocation));
  }

  /// What is wrong with the value is wrong with the source, whose name the message must have.
  private SavePlan plan(Value value, CheckpointFormat format, SaveOptions save) throws IOException {
    try {
      return Formats.installed().plan(value, Path.of(target), format, save);
    } catch (CheckpointException e) {
      Where where = Where.in(source);
      throw new CheckpointException(e.entry().map(where::entry).orElse(where), e.problem(), e);
    }
  }

  private List<Leaf> leaves(Value value) throws IOException {
    return LeafNames.of(value, common.limits(console), Where.in(source));
  }

  private void write(Checkpoint checkpoint, SavePlan plan, SaveOptions save) throws IOException {
    long total = plan.files().stream().mapToLong(SavePlan.PlannedFile::byteSize).sum();
    try (ProgressReport bar = new ProgressReport(progress, console, target, total)) {
      Formats.installed().write(plan, Path.of(target), save, bar, checkpoint::requireUnchanged);
    }
  }

  private void report(SavePlan plan, List<Leaf> leaves, long begun) throws IOException {
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (common.json) {
      List<Tensor> tensors = new ArrayList<>();
      leaves.forEach(leaf -> addTensor(tensors, leaf.value()));
      long bytes = tensors.stream().mapToLong(Tensor::byteSize).sum();
      new ConvertReport(source, target, plan, tensors.size(), bytes, seconds).print(console);
      return;
    }
    String verb = dryRun ? "would be lost" : "lost";
    for (SavePlan.Loss loss : plan.lost()) {
      if (!loss.soft() || dryRun) {
        console.err().println("statedict: " + target + ": " + verb + ": " + loss.what());
      }
    }
    if (dryRun) {
      plan.files().forEach(f -> console.out().println(f.name() + " " + f.byteSize() + " bytes"));
    }
  }

  private static void addTensor(List<Tensor> tensors, Value value) {
    if (value instanceof Tensor tensor) {
      tensors.add(tensor);
    }
  }
}
