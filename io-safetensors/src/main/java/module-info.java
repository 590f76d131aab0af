/// Reads and writes safetensors files.
@org.jspecify.annotations.NullMarked
module org.statedict.io.safetensors {
  requires org.statedict;

  provides org.statedict.checkpoint.CheckpointFormat with
      org.statedict.io.safetensors.SafetensorsFormat;
}
