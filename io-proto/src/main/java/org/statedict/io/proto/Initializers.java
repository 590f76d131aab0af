package org.statedict.io.proto;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statedict.io.proto.Onnx.TensorProto;
import org.statedict.tensor.Tensor;

/// Lays out tensors as initializers, their data inside of the model or in a file beside it.
///
/// @param external the file beside the model; none if the data stay inside
record Initializers(@Nullable ExternalLayout external) {
  private static final int INITIALIZER = 5;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL = 1;

  /// @param more fields that the message has besides, such as a description
  Part part(String name, Tensor tensor, ByteString more) {
    TensorProto.Builder head =
        TensorProto.newBuilder()
            .setDataType(OnnxDTypes.of(tensor.dtype()).number())
            .setName(ByteString.copyFromUtf8(name));
    for (long dim : tensor.shape().toArray()) {
      head.addDims(dim);
    }
    ExternalLayout beside = tensor.byteSize() == 0 ? null : external;
    if (beside != null) {
      head.setDataLocation(EXTERNAL).addAllExternalData(beside.add(tensor));
    }
    Part fields = new Part.Fields(head.build().toByteString().concat(more));
    return new Part.Message(
        INITIALIZER,
        beside == null ? List.of(fields, new Part.Data(RAW_DATA, tensor)) : List.of(fields));
  }
}
