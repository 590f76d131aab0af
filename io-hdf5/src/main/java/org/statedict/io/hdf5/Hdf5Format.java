package org.statedict.io.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatFormat;
import org.statedict.checkpoint.spi.FlatHost;
import org.statedict.checkpoint.spi.FlatHost.Structure;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.Value;

/// `.h5` files, and for reading the weights in `.keras` files: groups are dictionaries, datasets
/// tensors, attributes metadata.
///
/// Links to other files, data in other files and virtual datasets are never followed. What cannot
/// be read is listed, and reading it says why; its neighbours stay readable.
public final class Hdf5Format extends FlatFormat {
  static final String GZIP = "hdf5.gzip";

  private static final String KERAS = ".keras";
  private static final FlatHost HOST =
      new FlatHost(StoredTypes.all(), Hdf5Format::canName, true, Structure.GROUPS);

  @Override
  public String name() {
    return "hdf5";
  }

  @Override
  public List<String> endings() {
    return List.of(".h5", ".hdf5", KERAS);
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        GZIP,
        "1 to 9 to write large tensors in chunks that are shuffled and deflated;"
            + " they can then no longer be mapped");
  }

  /// Every path whose names are well-formed and fit their messages.
  private static boolean canName(String path) {
    return FlatHost.isUnicode(path)
        && Arrays.stream(path.split("/", -1))
            .allMatch(s -> s.getBytes(StandardCharsets.UTF_8).length <= HeaderWriter.LONGEST_NAME);
  }

  @Override
  public Recognition recognises(Source source) throws IOException {
    boolean found = Superblock.find(source) >= 0 || KerasArchive.is(source);
    return found ? Recognition.YES : Recognition.NO;
  }

  @Override
  protected Contents read(Source source, LoadOptions options) throws IOException {
    Optional<KerasArchive> archive = KerasArchive.of(source, options.limits());
    Source file = archive.isPresent() ? archive.get().weights() : source;
    Superblock superblock = Superblock.read(file);
    StorageTable table = new StorageTable(options);
    ValueReader reader = reader(file, superblock, table, options.limits());
    Value plain = reader.read(superblock.root());
    SequencedMap<String, String> metadata = reader.metadata();
    OwnAttributes.join(metadata);
    if (archive.isPresent()) {
      metadata.put(KerasConfig.ATTRIBUTE, archive.get().config());
      reader.order().add("", KerasModel.of(archive.get().config()));
    }
    List<String> warnings = new ArrayList<>(reader.warnings());
    if (!superblock.consistent()) {
      warnings.add("its last writer did not close the file");
    }
    String detail = archive.isPresent() ? "keras" : "superblock " + superblock.version();
    return new Contents(
        detail,
        reader.tensors(),
        reader.order().arrange(plain),
        metadata,
        table,
        warnings,
        List.of());
  }

  private static ValueReader reader(
      Source source, Superblock superblock, StorageTable table, Limits limits) {
    return new ValueReader(
        new Hdf5Bytes(source, limits, superblock.base(), superblock.end()), table);
  }

  /// The scan of every format, and what a whole Keras model would run when Keras loads it.
  @Override
  public ScanReport scan(Source source, Limits limits) throws IOException {
    ScanReport report = super.scan(source, limits);
    try {
      return report.with(
          new ScanReport(
              name(),
              List.of(),
              KerasConfig.findings(config(source, limits), Where.in(source.name()))));
    } catch (CheckpointException e) {
      return report; // which says already that the file cannot be read
    }
  }

  /// The configuration of a whole Keras model, empty without one.
  private static String config(Source source, Limits limits) throws IOException {
    Optional<KerasArchive> archive = KerasArchive.of(source, limits);
    if (archive.isPresent()) {
      return archive.get().config();
    }
    Superblock superblock = Superblock.read(source);
    return reader(source, superblock, new StorageTable(LoadOptions.DEFAULT), limits)
        .rootAttributes(superblock.root())
        .getOrDefault(KerasConfig.ATTRIBUTE, "");
  }

  @Override
  protected FlatHost host() {
    return HOST;
  }

  @Override
  protected SavePlan layOut(Flat flat, String target, SaveOptions options) throws IOException {
    if (target.endsWith(KERAS)) {
      throw new UnsupportedValueException(
          target, "whole Keras models are only read; write a .h5 file instead");
    }
    return Hdf5Writer.plan(flat, target, options);
  }
}
