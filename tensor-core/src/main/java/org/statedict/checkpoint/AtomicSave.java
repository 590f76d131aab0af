package org.statedict.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes the files of one plan and gives them their names only when all of them are complete, in
/// the plan's order.
final class AtomicSave implements Target, AutoCloseable {
  private final Path target;
  private final SaveOptions options;
  private final List<AtomicFile> files = new ArrayList<>();
  private boolean committed;

  AtomicSave(Path target, SaveOptions options) {
    this.target = target;
    this.options = options;
  }

  @Override
  public Output create(SavePlan.PlannedFile planned) throws IOException {
    AtomicFile file = AtomicFile.create(target.resolveSibling(planned.name()), planned, options);
    files.add(file);
    return file;
  }

  void commit() throws IOException {
    for (AtomicFile file : files) {
      file.commit();
    }
    committed = true;
  }

  /// Removes whatever was not committed.
  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    for (AtomicFile file : files) {
      file.discard();
    }
  }
}
