package org.statedict.io.proto;

import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.testkit.CheckpointFormatContract;

/// The contract that every format meets; models that others wrote are in [OnnxGoldenTest].
class OnnxFormatTest extends CheckpointFormatContract {
  @Override
  protected CheckpointFormat format() {
    return new OnnxFormat();
  }
}
