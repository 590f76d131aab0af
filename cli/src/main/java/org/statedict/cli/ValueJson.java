package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import org.statedict.checkpoint.spi.TreeDTypes;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Writes a leaf as the tree text of flat formats does: what JSON lacks goes by a tag.
final class ValueJson {
  private static final long USUAL_NAN = 0x7ff8000000000000L;

  private ValueJson() {}

  static void write(JsonGenerator json, Value value) throws IOException {
    switch (value) {
      case Scalar scalar -> scalar(json, scalar);
      case Seq seq -> emptySeq(json, seq);
      case Dict dict -> emptyDict(json, dict);
      case Opaque object -> tagged(json, "$object", object.className());
      case Tensor tensor -> json.writeString(tensor.dtype() + " " + tensor.shape());
    }
  }

  private static void scalar(JsonGenerator json, Scalar scalar) throws IOException {
    switch (scalar) {
      case Scalar.Nil _ -> json.writeNull();
      case Scalar.Bool b -> json.writeBoolean(b.value());
      case Scalar.Int i -> json.writeNumber(i.value());
      case Scalar.BigInt i -> tagged(json, "$int", hex(i));
      case Scalar.Real r -> real(json, r);
      case Scalar.Text t -> json.writeString(t.value());
      case Scalar.Bytes b -> {
        String text = Base64.getEncoder().encodeToString(b.toArray());
        tagged(json, b.isMutable() ? "$bytearray" : "$bytes", text);
      }
      case Scalar.Complex c -> {
        json.writeStartObject();
        json.writeArrayFieldStart("$complex");
        real(json, c.re());
        real(json, c.im());
        json.writeEndArray();
        json.writeEndObject();
      }
      case Scalar.Typed t -> {
        json.writeStartObject();
        json.writeStringField("$scalar", TreeDTypes.name(t.dtype()));
        json.writeStringField("hex", HexFormat.of().formatHex(t.toArray()));
        json.writeEndObject();
      }
      case Scalar.DTypeName d -> tagged(json, "$dtype", TreeDTypes.name(d.dtype()));
      case Scalar.DeviceName d -> tagged(json, "$device", d.device().label());
      case Scalar.GlobalName g -> tagged(json, "$global", g.qualifiedName());
    }
  }

  private static String hex(Scalar.BigInt number) {
    String digits = number.value().abs().toString(16);
    return (number.value().signum() < 0 ? "-0x" : "0x") + digits;
  }

  private static void real(JsonGenerator json, Scalar.Real real) throws IOException {
    double value = real.value();
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else if (Double.isInfinite(value)) {
      tagged(json, "$float", value > 0 ? "inf" : "-inf");
    } else {
      tagged(json, "$float", real.bits() == USUAL_NAN ? "nan" : "0x%016x".formatted(real.bits()));
    }
  }

  private static void emptySeq(JsonGenerator json, Seq seq) throws IOException {
    if (seq.kind() == Seq.Kind.LIST) {
      json.writeStartArray();
      json.writeEndArray();
    } else {
      json.writeStartObject();
      json.writeArrayFieldStart("$" + seq.kind());
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void emptyDict(JsonGenerator json, Dict dict) throws IOException {
    json.writeStartObject();
    if (dict.kind() == Dict.Kind.ORDERED) {
      json.writeObjectFieldStart("$odict");
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void tagged(JsonGenerator json, String tag, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField(tag, text);
    json.writeEndObject();
  }
}
