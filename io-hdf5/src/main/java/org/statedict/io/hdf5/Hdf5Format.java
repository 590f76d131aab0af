package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

/// `.h5` files, for reading: groups are dictionaries, datasets tensors, attributes metadata.
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
    return List.of(".h5", ".hdf5");
  }

  @Override
  public boolean canWrite() {
    return false;
  }

  @Override
  public Recognition recognises(Source source) throws IOException {
    return Superblock.find(source) >= 0 ? Recognition.YES : Recognition.NO;
  }

  @Override
  public Checkpoint open(Source source, LoadOptions options) throws IOException {
    Superblock superblock = Superblock.read(source);
    Hdf5Bytes file = new Hdf5Bytes(source, options.limits(), superblock.base(), superblock.end());
    StorageTable table = new StorageTable(options);
    ValueReader reader = new ValueReader(file, table);
    Value tree = reader.read(superblock.root());
    List<String> warnings = new ArrayList<>(reader.warnings());
    if (!superblock.consistent()) {
      warnings.add("its last writer did not close the file");
    }
    return new LentCheckpoint(
        new LentCheckpoint.Content(
            name(),
            "superblock " + superblock.version(),
            tree,
            LeafNames.of(tree, options.limits(), Where.in(source.name())),
            table,
            reader.metadata(),
            warnings),
        List.of(source));
  }

  /// The scan of every format, and what a whole Keras model would run when Keras loads it.
  @Override
  public ScanReport scan(Source source, Limits limits) throws IOException {
    ScanReport report = CheckpointFormat.super.scan(source, limits);
    List<ScanReport.Finding> findings = new ArrayList<>();
    try {
      Superblock superblock = Superblock.read(source);
      Hdf5Bytes file = new Hdf5Bytes(source, limits, superblock.base(), superblock.end());
      ValueReader reader = new ValueReader(file, new StorageTable(LoadOptions.DEFAULT));
      reader.read(superblock.root());
      findings.addAll(KerasConfig.findings(reader.metadata(), Where.in(source.name())));
    } catch (CheckpointException e) {
      return report; // the scan has reported it
    }
    return report.with(new ScanReport(name(), List.of(), findings));
  }

  @Override
  public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    throw new UnsupportedValueException(
        target, "HDF5 files can be read, not written yet; save as .pt or .safetensors");
  }
}
