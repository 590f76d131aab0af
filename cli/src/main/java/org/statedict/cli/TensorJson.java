package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.statedict.checkpoint.TensorInfo;

/// The members that describe a tensor, in the order that scripts rely on.
final class TensorJson {
  private TensorJson() {}

  static void write(JsonGenerator json, TensorInfo info) throws IOException {
    json.writeStringField("name", info.name());
    json.writeStringField("dtype", info.dtype().label());
    numbers(json, "shape", info.shape().toArray());
    json.writeNumberField("byteSize", info.byteSize());
    json.writeNumberField("storage", info.storage());
    numbers(json, "strides", info.strides().toArray());
    json.writeNumberField("storageOffset", info.storageOffset());
    json.writeBooleanField("requiresGrad", info.requiresGrad());
    json.writeStringField("device", info.device().label());
    if (info.extent().isPresent()) {
      json.writeStringField("file", info.extent().get().file());
      json.writeNumberField("byteOffset", info.extent().get().byteOffset());
    }
  }

  private static void numbers(JsonGenerator json, String name, long... numbers) throws IOException {
    json.writeFieldName(name);
    json.writeArray(numbers, 0, numbers.length);
  }
}
