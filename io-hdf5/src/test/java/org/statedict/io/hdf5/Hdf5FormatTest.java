package org.statedict.io.hdf5;

import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.testkit.CheckpointFormatContract;

/// The contract that every format meets; files that others wrote are in [Hdf5GoldenTest].
class Hdf5FormatTest extends CheckpointFormatContract {
  @Override
  protected CheckpointFormat format() {
    return new Hdf5Format();
  }
}
