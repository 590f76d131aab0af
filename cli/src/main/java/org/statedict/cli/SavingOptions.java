package org.statedict.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Existing;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The options for how a file is written.
final class SavingOptions {
  private static final String GZIP = "--gzip";

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

  @Option(
      names = "--external-data",
      paramLabel = "auto|always|never",
      description = "Whether an ONNX model's data go to a file beside it.")
  String externalData = "";

  @Option(
      names = GZIP,
      paramLabel = "LEVEL",
      description = "Deflates an HDF5 file's tensors, by level 4 unless said.")
  String gzip = "";

  @Option(names = "--force", description = "Replaces DST if it exists.")
  boolean force;

  @Option(
      names = "--sync",
      paramLabel = "full|none",
      converter = SyncConverter.class,
      description = "Whether to wait for the disk.")
  SaveOptions.Sync sync = SaveOptions.Sync.FULL;

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

  /// The arguments with the level of `--gzip` spelled out, which may stand without one.
  static String[] spelledOut(String... args) {
    return Arrays.stream(args)
        .map(arg -> arg.equals(GZIP) ? GZIP + "=4" : arg)
        .toArray(String[]::new);
  }

  /// What the options come to.
  SaveOptions saveOptions(CommonOptions common, Limits limits) {
    SaveOptions save =
        SaveOptions.DEFAULT
            .withExisting(force ? Existing.REPLACE : Existing.FAIL)
            .withTree(tree)
            .withStorages(compact ? SaveOptions.Storages.COMPACT : storages)
            .withSync(sync)
            .withObjects(keepObjects ? SaveOptions.Objects.KEEP : SaveOptions.Objects.REFUSE)
            .withLimits(limits);
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
    if (!gzip.isEmpty()) {
      if (!gzip.matches("[1-9]")) {
        throw new UsageException("--gzip=" + gzip + ": a level of 1 to 9");
      }
      save = save.withAdapterOption("hdf5.gzip", gzip);
    }
    return AdapterOptions.apply(save, common.option, Formats.installed());
  }
}
