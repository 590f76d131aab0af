package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.LeafNames;
import org.statedict.checkpoint.spi.LentCheckpoint;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.Value;

/// `.h5` files and the weights in `.keras` files, for reading: groups are dictionaries, datasets
/// tensors, attributes metadata.
///
/// Links to other files, data in other files and virtual datasets are never followed. What cannot
/// be read is listed, and reading it says why; its neighbours stay readable.
public final class Hdf5Format implements CheckpointFormat {
  @Override
  public String name() {
    return "hdf5";
  }

  @Override
  public List<String> endings() {
    return List.of(".h5", ".hdf5", ".keras");
  }

  @Override
  public boolean canWrite() {
    return false;
  }

  @Override
  public Recognition recognises(Source source) throws IOException {
    boolean found = Superblock.find(source) >= 0 || KerasArchive.is(source);
    return found ? Recognition.YES : Recognition.NO;
  }

  @Override
  public Checkpoint open(Source source, LoadOptions options) throws IOException {
    Optional<KerasArchive> archive = KerasArchive.of(source, options.limits());
    Source weights = archive.isPresent() ? archive.get().weights() : source;
    Superblock superblock = Superblock.read(weights);
    StorageTable table = new StorageTable(options);
    ValueReader reader = reader(weights, superblock, table, options.limits());
    Value tree = reader.read(superblock.root());
    if (archive.isPresent()) {
      reader.metadata().put(KerasConfig.ATTRIBUTE, archive.get().config());
    }
    List<String> warnings = new ArrayList<>(reader.warnings());
    if (!superblock.consistent()) {
      warnings.add("its last writer did not close the file");
    }
    return new LentCheckpoint(
        new LentCheckpoint.Content(
            name(),
            archive.isPresent() ? "keras" : "superblock " + superblock.version(),
            tree,
            LeafNames.of(tree, options.limits(), Where.in(source.name())),
            table,
            reader.metadata(),
            warnings),
        List.of(weights));
  }

  private static ValueReader reader(
      Source source, Superblock superblock, StorageTable table, Limits limits) {
    return new ValueReader(
        new Hdf5Bytes(source, limits, superblock.base(), superblock.end()), table);
  }

  /// The scan of every format, and what a whole Keras model would run when Keras loads it.
  @Override
  public ScanReport scan(Source source, Limits limits) throws IOException {
    ScanReport report = CheckpointFormat.super.scan(source, limits);
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
  public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    throw new UnsupportedValueException(
        target, "HDF5 files can be read, not written yet; save as .pt or .safetensors");
  }
}
