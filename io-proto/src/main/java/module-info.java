/// This module will hold the reader and writer of ONNX models; it is empty so far.
@org.jspecify.annotations.NullMarked
module org.statedict.io.proto {
  requires org.statedict;
}
