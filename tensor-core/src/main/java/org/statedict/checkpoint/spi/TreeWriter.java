package org.statedict.checkpoint.spi;

import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;

/// Writes the text that describes a tree: JSON in pure ASCII, tags for what JSON lacks.
final class TreeWriter {
  private static final long USUAL_NAN = 0x7ff8000000000000L;

  private final StoredTensors stored;
  private final String target;
  private final Limits limits;
  private final StringBuilder out = new StringBuilder();
  private final IdentityHashMap<Value, Integer> defined = new IdentityHashMap<>();
  private long nodes;

  TreeWriter(StoredTensors stored, String target, Limits limits) {
    this.stored = stored;
    this.target = target;
    this.limits = limits;
  }

  /// @throws UnsupportedValueException if the tree is deeper or larger than readers accept
  String write(Value root) throws UnsupportedValueException {
    out.append("{\"v\":1,\"root\":");
    node(root, 0);
    return out.append('}').toString();
  }

  private void node(Value value, int depth) throws UnsupportedValueException {
    if (depth > limits.get(Limit.VALUE_DEPTH)) {
      throw new UnsupportedValueException(
          target, "the value is nested more than %d levels deep".formatted(depth - 1));
    }
    if (++nodes > limits.get(Limit.TREE_NODES) || out.length() > limits.get(Limit.TREE_BYTES)) {
      throw new UnsupportedValueException(target, "the tree is larger than readers accept");
    }
    Integer known = defined.get(value);
    if (known != null) {
      out.append("{\"$ref\":").append(known).append('}');
    } else if (stored.sharing().isRepeated(value)) {
      out.append("{\"$def\":").append(defined.size()).append(",\"value\":");
      defined.put(value, defined.size());
      content(value, depth);
      out.append('}');
    } else {
      content(value, depth);
    }
  }

  private void content(Value value, int depth) throws UnsupportedValueException {
    switch (value) {
      case Scalar scalar -> scalar(scalar);
      case Seq seq -> seq(seq, depth);
      case Dict dict -> dict(dict, depth);
      case Tensor tensor -> tensor(tensor, depth);
      case Opaque object -> object(object, depth);
    }
  }

  // --- scalars

  private void scalar(Scalar scalar) {
    switch (scalar) {
      case Scalar.Nil _ -> out.append("null");
      case Scalar.Bool b -> out.append(b.value());
      case Scalar.Int i -> out.append(i.value());
      case Scalar.BigInt i -> tagged("$int", hex(i.value()));
      case Scalar.Real r -> real(r);
      case Scalar.Text t -> JsonText.quoteAscii(out, t.value());
      case Scalar.Bytes b -> tagged(b.isMutable() ? "$bytearray" : "$bytes", base64(b.toArray()));
      case Scalar.Complex c -> {
        out.append("{\"$complex\":[");
        real(c.re());
        out.append(',');
        real(c.im());
        out.append("]}");
      }
      case Scalar.Typed t ->
          out.append(
              "{\"$scalar\":\"%s\",\"hex\":\"%s\"}"
                  .formatted(TreeDTypes.name(t.dtype()), HexFormat.of().formatHex(t.toArray())));
      case Scalar.DTypeName d -> tagged("$dtype", TreeDTypes.name(d.dtype()));
      case Scalar.DeviceName d -> tagged("$device", d.device().label());
      case Scalar.GlobalName g -> tagged("$global", g.qualifiedName());
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String hex(BigInteger number) {
    return (number.signum() < 0 ? "-0x" : "0x") + number.abs().toString(16);
  }

  private void real(Scalar.Real real) {
    double value = real.value();
    if (Double.isFinite(value)) {
      out.append(value);
    } else if (Double.isInfinite(value)) {
      tagged("$float", value > 0 ? "inf" : "-inf");
    } else {
      tagged("$float", real.bits() == USUAL_NAN ? "nan" : "0x%016x".formatted(real.bits()));
    }
  }

  private void tagged(String tag, String text) {
    out.append("{\"").append(tag).append("\":");
    JsonText.quoteAscii(out, text);
    out.append('}');
  }

  // --- containers

  private void seq(Seq seq, int depth) throws UnsupportedValueException {
    if (seq.kind() == Seq.Kind.LIST) {
      items(seq.items(), depth);
      return;
    }
    out.append("{\"$").append(seq.kind()).append("\":");
    items(seq.items(), depth);
    out.append('}');
  }

  private void items(List<Value> items, int depth) throws UnsupportedValueException {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : ",");
      node(items.get(i), depth + 1);
    }
    out.append(']');
  }

  private void dict(Dict dict, int depth) throws UnsupportedValueException {
    boolean named = dict.entries().keySet().stream().allMatch(TreeWriter::isPlainKey);
    boolean tagged = dict.kind() == Dict.Kind.ORDERED || !named;
    if (tagged) {
      out.append(dict.kind() == Dict.Kind.ORDERED ? "{\"$odict\":" : "{\"$dict\":");
    }
    entries(dict, named, depth);
    if (dict.kind() == Dict.Kind.ORDERED && dict.attributes().size() > 0) {
      out.append(",\"attr\":");
      node(dict.attributes(), depth + 1);
    }
    out.append(tagged ? "}" : "");
  }

  private static boolean isPlainKey(Value key) {
    return key instanceof Scalar.Text text && !text.value().startsWith("$");
  }

  private void entries(Dict dict, boolean named, int depth) throws UnsupportedValueException {
    out.append(named ? '{' : '[');
    boolean first = true;
    for (Map.Entry<Value, Value> entry : dict.entries().entrySet()) {
      out.append(first ? "" : ",").append(named ? "" : "[");
      first = false;
      node(entry.getKey(), depth + 1);
      out.append(named ? ':' : ',');
      node(entry.getValue(), depth + 1);
      out.append(named ? "" : "]");
    }
    out.append(named ? '}' : ']');
  }

  private void object(Opaque object, int depth) throws UnsupportedValueException {
    out.append("{\"$object\":");
    JsonText.quoteAscii(out, object.className());
    if (object.args().isPresent()) {
      out.append(",\"args\":");
      node(object.args().get(), depth + 1);
    }
    if (object.state().isPresent()) {
      out.append(",\"state\":");
      node(object.state().get(), depth + 1);
    }
    if (!object.items().isEmpty()) {
      out.append(",\"items\":");
      items(object.items(), depth);
    }
    if (!object.pairs().isEmpty()) {
      out.append(",\"pairs\":");
      pairs(object.pairs(), depth);
    }
    out.append('}');
  }

  private void pairs(List<Map.Entry<Value, Value>> pairs, int depth)
      throws UnsupportedValueException {
    out.append('[');
    for (int i = 0; i < pairs.size(); i++) {
      out.append(i == 0 ? "[" : ",[");
      node(pairs.get(i).getKey(), depth + 1);
      out.append(',');
      node(pairs.get(i).getValue(), depth + 1);
      out.append(']');
    }
    out.append(']');
  }

  // --- tensors

  private void tensor(Tensor tensor, int depth) throws UnsupportedValueException {
    boolean view = stored.isView(tensor);
    String name = stored.nameOf(tensor);
    out.append(view ? "{\"$view\":" : "{\"$tensor\":");
    JsonText.quoteAscii(out, name);
    if (view) {
      view(tensor);
    } else if (stored.isCarried(name, tensor.dtype())) {
      member("dtype", TreeDTypes.name(tensor.dtype()));
      out.append(",\"shape\":").append(compact(tensor.shape()));
    }
    traits(tensor, depth);
    out.append('}');
  }

  private void view(Tensor view) {
    member("dtype", TreeDTypes.name(view.dtype()));
    out.append(",\"shape\":").append(compact(view.shape()));
    out.append(",\"stride\":").append(compact(view.strides()));
    out.append(",\"offset\":").append(view.storageOffset());
  }

  private static String compact(Object numbers) {
    return numbers.toString().replace(" ", "");
  }

  private void member(String name, String text) {
    out.append(",\"").append(name).append("\":");
    JsonText.quoteAscii(out, text);
  }

  private void traits(Tensor tensor, int depth) throws UnsupportedValueException {
    Traits traits = tensor.traits();
    flag("param", traits.parameter());
    flag("grad", traits.requiresGrad());
    if (!tensor.device().isCpu()) {
      member("device", tensor.device().label());
    }
    flag("conj", traits.conj());
    flag("neg", traits.neg());
    flag("numpy", traits.numpy());
    flag("storage", traits.bareStorage());
    if (traits.attributes().size() > 0) {
      out.append(",\"attr\":");
      node(traits.attributes(), depth + 1);
    }
  }

  private void flag(String name, boolean set) {
    out.append(set ? ",\"" + name + "\":true" : "");
  }
}
