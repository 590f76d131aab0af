package org.statedict.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.Verdict;
import org.statedict.tensor.Storage;

/// The part of a scan that is the same for every format: the file is opened as for loading, every
/// byte of its storages is read once, and what a reader refuses or forgives becomes a finding.
final class StructureScan {
  private static final int PIECE = 1 << 20;

  private final String file;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Storage> read = Collections.newSetFromMap(new IdentityHashMap<>());
  private final MemorySegment piece = MemorySegment.ofArray(new byte[PIECE]);

  private StructureScan(String file) {
    this.file = file;
  }

  /// Scans `source`, which stays open.
  static ScanReport of(CheckpointFormat format, Source source, Limits limits) throws IOException {
    StructureScan scan = new StructureScan(source.name());
    LoadOptions options =
        LoadOptions.DEFAULT.withLimits(limits).withReading(LoadOptions.Reading.POSITIONAL);
    try (Checkpoint open = format.open(new UnclosedSource(source), options)) {
      scan.read(open);
    } catch (CheckpointException e) {
      scan.findings.add(Finding.of(e));
    }
    return new ScanReport(format.name(), List.of(), scan.findings);
  }

  private void read(Checkpoint open) throws IOException {
    open.warnings().forEach(w -> findings.add(new Finding(w, Verdict.SUSPICIOUS, Where.in(file))));
    for (TensorInfo info : open.tensors().values()) {
      try {
        if (info.problem().isPresent()) {
          throw info.problem().get();
        }
        read(open.tensor(info.name()).storage());
      } catch (CheckpointException e) {
        findings.add(Finding.of(e));
      }
    }
  }

  private void read(Storage storage) throws IOException {
    if (!read.add(storage)) {
      return;
    }
    try {
      for (long at = 0; at < storage.byteSize(); at += PIECE) {
        storage.copyTo(at, piece.asSlice(0, Math.min(PIECE, storage.byteSize() - at)));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
