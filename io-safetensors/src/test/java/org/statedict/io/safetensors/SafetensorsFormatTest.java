package org.statedict.io.safetensors;

import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.testkit.CheckpointFormatContract;

/// The contract that every format meets; files that others wrote are in [SafetensorsGoldenTest].
class SafetensorsFormatTest extends CheckpointFormatContract {
  @Override
  protected CheckpointFormat format() {
    return new SafetensorsFormat();
  }
}
