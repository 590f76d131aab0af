package org.statedict.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Where a plan writes to. The core owns temporary files, their order, fsync and rename.
public interface Target {
  /// Begins the next planned file. The file before it must have been closed.
  Output create(SavePlan.PlannedFile file) throws IOException;

  /// A file that is written front to back.
  interface Output extends AutoCloseable {
    /// Appends all of `bytes`.
    void write(MemorySegment bytes) throws IOException;

    /// The number of bytes written so far.
    long position();

    /// Ends the file, which must have its planned size by now.
    @Override
    void close() throws IOException;
  }
}
