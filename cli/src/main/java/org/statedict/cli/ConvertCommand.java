package org.statedict.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Existing;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.spi.Leaf;
import org.statedict.checkpoint.spi.LeafNames;
import org.statedict.tensor.DType;
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
  @Mixin Later later = new Later();

  @Option(names = "--from", paramLabel = "FORMAT", description = "The format of SRC.")
  String from = "";

  @Option(names = "--to", paramLabel = "FORMAT", description = "The format of DST.")
  String to = "";

  @Option(
      names = "--dtype",
      paramLabel = "[REGEX=]DTYPE",
      description = "Casts floating tensors; repeatable.")
  List<String> dtype = new ArrayList<>();

  @Option(
      names = "--rename",
      paramLabel = "REGEX=REPLACEMENT",
      description = "Renames entries; repeatable, in order.")
  List<String> rename = new ArrayList<>();

  @Option(names = "--include", paramLabel = "REGEX", description = "Keeps matching entries only.")
  List<String> include = new ArrayList<>();

  @Option(names = "--exclude", paramLabel = "REGEX", description = "Leaves matching entries out.")
  List<String> exclude = new ArrayList<>();

  @Option(names = "--select", paramLabel = "PATH", description = "Converts a part of the tree.")
  String select = "";

  @Option(names = "--strip-prefix", paramLabel = "PREFIX", description = "As PyTorch's own helper.")
  String stripPrefix = "";

  @Option(names = "--map-location", paramLabel = "DEVICE", description = "Changes device tags.")
  String mapLocation = "";

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "Adds metadata; repeatable.")
  List<String> metadata = new ArrayList<>();

  @Option(
      names = "--tree",
      paramLabel = "auto|always|never",
      converter = TreeConverter.class,
      description = "When a flat format gets the tree.")
  SaveOptions.Tree tree = SaveOptions.Tree.AUTO;

  @Option(
      names = "--storages",
      paramLabel = "compact|keep",
      converter = StoragesConverter.class,
      description = "Whether views keep their storage.")
  SaveOptions.Storages storages = SaveOptions.Storages.DEFAULT;

  @Option(names = "--compact", description = "Short for --storages compact.")
  boolean compact;

  @Option(names = "--keep-objects", description = "Writes objects that Python will import.")
  boolean keepObjects;

  @Option(names = "--pt-legacy", description = "Writes the stream of PyTorch before 1.6.")
  boolean ptLegacy;

  @Option(
      names = "--template",
      paramLabel = "MODEL",
      description = "Puts the values into a copy of an ONNX model.")
  String template = "";

  @Option(names = "--onnx-all", description = "Reads the tensors in subgraphs and the like, too.")
  boolean onnxAll;

  @Option(
      names = "--external-data",
      paramLabel = "auto|always|never",
      description = "Whether an ONNX model's data go to a file beside it.")
  String externalData = "";

  @Option(names = "--force", description = "Replaces DST if it exists.")
  boolean force;

  @Option(names = "--dry-run", description = "Says what would be written and lost.")
  boolean dryRun;

  @Option(
      names = "--sync",
      paramLabel = "full|none",
      converter = SyncConverter.class,
      description = "Whether to wait for the disk.")
  SaveOptions.Sync sync = SaveOptions.Sync.FULL;

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

  static final class TreeConverter implements ITypeConverter<SaveOptions.Tree> {
    @Override
    public SaveOptions.Tree convert(String value) {
      return Choices.of(SaveOptions.Tree.class, "--tree", value);
    }
  }

  static final class StoragesConverter implements ITypeConverter<SaveOptions.Storages> {
    @Override
    public SaveOptions.Storages convert(String value) {
      return Choices.of(SaveOptions.Storages.class, "--storages", value);
    }
  }

  static final class SyncConverter implements ITypeConverter<SaveOptions.Sync> {
    @Override
    public SaveOptions.Sync convert(String value) {
      return Choices.of(SaveOptions.Sync.class, "--sync", value);
    }
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
      SaveOptions save = saveOptions();
      try (Checkpoint checkpoint =
          new Sources(console, Formats.installed()).open(source, from, loadOptions())) {
        Value value = rewritten(checkpoint.tree());
        SavePlan plan =
            plan(value, format, withOrigin(save.withMetadataOf(checkpoint), checkpoint));
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
  private SaveOptions withOrigin(SaveOptions save, Checkpoint checkpoint) {
    boolean sameNames =
        rename.isEmpty()
            && include.isEmpty()
            && exclude.isEmpty()
            && select.isEmpty()
            && stripPrefix.isEmpty();
    return checkpoint.format().equals("onnx") && sameNames && !onnxAll && !source.equals("-")
        ? save.withAdapterOption("onnx.keep", source)
        : save;
  }

  private LoadOptions loadOptions() {
    LoadOptions load =
        LoadOptions.DEFAULT.withLimits(common.limits(console)).withReading(Reading.POSITIONAL);
    if (onnxAll) {
      load = load.withAdapterOption("onnx.all", "true");
    }
    return mapLocation.isEmpty() ? load : load.withMapLocation(new Device(mapLocation));
  }

  private SaveOptions saveOptions() {
    SaveOptions save =
        SaveOptions.DEFAULT
            .withExisting(force ? Existing.REPLACE : Existing.FAIL)
            .withTree(tree)
            .withStorages(compact ? SaveOptions.Storages.COMPACT : storages)
            .withSync(sync)
            .withObjects(keepObjects ? SaveOptions.Objects.KEEP : SaveOptions.Objects.REFUSE)
            .withLimits(common.limits(console));
    for (String entry : metadata) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new UsageException("--metadata " + entry + ": write it as KEY=VALUE");
      }
      save = save.withMetadata(entry.substring(0, equals), entry.substring(equals + 1));
    }
    if (ptLegacy) {
      save = save.withAdapterOption("pt.container", "stream");
    }
    if (!template.isEmpty()) {
      save = save.withAdapterOption("onnx.template", template);
    }
    if (!externalData.isEmpty()) {
      if (!List.of("auto", "always", "never").contains(externalData)) {
        throw new UsageException("--external-data " + externalData + ": auto, always or never");
      }
      save = save.withAdapterOption("onnx.external-data", externalData);
    }
    return AdapterOptions.apply(save, common.option, Formats.installed());
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

  private Value rewritten(Value tree) throws IOException {
    Value value = select.isEmpty() ? tree : Rewrite.select(tree, select);
    if (!stripPrefix.isEmpty()) {
      value = stripped(value);
    }
    if (!include.isEmpty() || !exclude.isEmpty() || !rename.isEmpty()) {
      value = Rewrite.renamed(value, leaves(value), renaming(), target);
    }
    return dtype.isEmpty() ? value : Rewrite.cast(value, leaves(value), casting());
  }

  private List<Leaf> leaves(Value value) throws IOException {
    return LeafNames.of(value, common.limits(console), Where.in(source));
  }

  private Value stripped(Value value) {
    try {
      return value.asStateDict().stripPrefix(stripPrefix);
    } catch (ClassCastException | IllegalArgumentException e) {
      throw new UsageException("--strip-prefix: " + e.getMessage());
    }
  }

  private Function<String, @Nullable String> renaming() {
    List<Pattern> kept = include.stream().map(r -> Rewrite.regex("--include", r)).toList();
    List<Pattern> dropped = exclude.stream().map(r -> Rewrite.regex("--exclude", r)).toList();
    List<Rewrite.Rule> rules = Rewrite.rules("--rename", rename);
    return name -> {
      boolean in = kept.isEmpty() || kept.stream().anyMatch(p -> p.matcher(name).find());
      if (!in || dropped.stream().anyMatch(p -> p.matcher(name).find())) {
        return null;
      }
      String renamed = name;
      for (Rewrite.Rule rule : rules) {
        renamed = rule.pattern().matcher(renamed).replaceAll(rule.replacement());
      }
      return renamed;
    };
  }

  private Function<String, @Nullable DType> casting() {
    List<Rewrite.Rule> rules =
        dtype.stream()
            .map(text -> Rewrite.Rule.parse("--dtype", text.contains("=") ? text : "=" + text))
            .toList();
    rules.forEach(rule -> floating(rule.replacement()));
    return name -> {
      DType last = null;
      for (Rewrite.Rule rule : rules) {
        last = rule.pattern().matcher(name).find() ? floating(rule.replacement()) : last;
      }
      return last;
    };
  }

  private static DType floating(String name) {
    return DType.named(name)
        .filter(type -> type.isFloatingPoint() && !type.isSubByte())
        .orElseThrow(
            () -> new UsageException("--dtype " + name + ": no floating type that can be cast to"));
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
