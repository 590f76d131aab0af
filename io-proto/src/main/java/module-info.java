/// ONNX models: their weights as a state_dict, and back.
@org.jspecify.annotations.NullMarked
module org.statedict.io.proto {
  requires org.statedict;
  requires com.google.protobuf;

  provides org.statedict.checkpoint.CheckpointFormat with
      org.statedict.io.proto.OnnxFormat,
      org.statedict.io.proto.OnnxTensorFormat;
}
