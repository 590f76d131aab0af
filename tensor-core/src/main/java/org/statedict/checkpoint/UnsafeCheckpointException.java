package org.statedict.checkpoint;

/// The file asks for code to be run, or names something that runs code. Nothing was run.
public class UnsafeCheckpointException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  public UnsafeCheckpointException(Where where, String problem) {
    super(where, problem);
  }
}
