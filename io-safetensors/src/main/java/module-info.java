/// Reads safetensors files.
@org.jspecify.annotations.NullMarked
module org.statedict.io.safetensors {
  requires org.statedict;
}
