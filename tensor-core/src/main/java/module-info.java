/// Tensors, the value tree, and checkpoints of any format.
@org.jspecify.annotations.NullMarked
module org.statedict {
  requires com.fasterxml.jackson.core;
  requires static transitive org.jspecify;

  exports org.statedict.tensor;
  exports org.statedict.checkpoint;
  exports org.statedict.checkpoint.spi;

  uses org.statedict.checkpoint.CheckpointFormat;
  uses org.statedict.checkpoint.ValueTransform;
  uses org.statedict.tensor.Kernels;

  provides org.statedict.checkpoint.CheckpointFormat with
      org.statedict.checkpoint.sharded.ShardedFormat;
}
