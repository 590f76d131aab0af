package org.statedict.io.pickle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Compares the tensors that stay calls of PyTorch's rebuild functions with what `make_golden.py`
/// says of them: sparse ones, quantized ones and those without memory.
final class TorchObjectAssert {
  private static final List<String> INDICES =
      List.of("indices", "crow_indices", "ccol_indices", "col_indices", "row_indices");

  private final TorchValueAssert values;

  TorchObjectAssert(TorchValueAssert values) {
    this.values = values;
  }

  /// What differs; nothing if `node` describes another kind of value.
  Optional<String> difference(JsonNode node, Value value, String path) {
    String type = node.path("t").asText();
    if (type.startsWith("sparse")) {
      return Optional.of(
          call(value, "_rebuild_sparse_tensor").map(a -> sparse(node, a, path)).orElse("kind"));
    }
    return switch (type) {
      case "quantized" ->
          Optional.of(
              call(value, "_rebuild_qtensor").map(a -> quantized(node, a, path)).orElse("kind"));
      case "meta" ->
          Optional.of(
              call(value, "_rebuild_meta_tensor_no_storage")
                  .map(a -> meta(node, a))
                  .orElse("kind"));
      default -> Optional.empty();
    };
  }

  private static Optional<Seq> call(Value value, String function) {
    return value instanceof Opaque object && object.className().equals("torch._utils." + function)
        ? object.args().map(Seq.class::cast)
        : Optional.empty();
  }

  private String sparse(JsonNode node, Seq args, String path) {
    Seq parts = (Seq) args.get(1);
    int at = 0;
    for (String name : INDICES) {
      if (node.has(name)) {
        String difference = values.difference(node.path(name), parts.get(at++), path + "." + name);
        if (!difference.isEmpty()) {
          return difference;
        }
      }
    }
    String difference = values.difference(node.path("values"), parts.get(at++), path + ".values");
    boolean same =
        args.get(0).equals(new Scalar.GlobalName("torch." + node.path("t").asText()))
            && longs((Seq) parts.get(at++)).equals(longs(node.path("shape")))
            && (!node.has("coalesced")
                || parts.get(at).equals(new Scalar.Bool(node.path("coalesced").asBoolean())));
    return same ? difference : "layout, shape or mark";
  }

  private String quantized(JsonNode node, Seq args, String path) {
    Tensor storage = args.get(0).asTensor();
    byte[] expected = HexFormat.of().parseHex(node.path("hex").asText());
    boolean same =
        storage.dtype().label().equals(node.path("dtype").asText())
            && TorchValueAssert.sha256(expected).equals(TorchValueAssert.sha256(storage))
            && args.get(1).asLong() == 0
            && longs((Seq) args.get(2)).equals(longs(node.path("shape")))
            && longs((Seq) args.get(3)).equals(longs(node.path("stride")));
    return same ? scheme(node, (Seq) args.get(4), path) : "values, shape or stride";
  }

  private String scheme(JsonNode node, Seq params, String path) {
    if (!params.get(0).equals(new Scalar.GlobalName("torch." + node.path("scheme").asText()))) {
      return "scheme";
    }
    if (node.has("scale")) {
      Scalar scale = new Scalar.Real(Long.parseUnsignedLong(node.path("scale").asText(), 16));
      boolean same =
          params.get(1).equals(scale) && params.get(2).asLong() == node.path("zero_point").asLong();
      return same ? "" : "scale or zero point";
    }
    String difference = values.difference(node.path("scales"), params.get(1), path + ".scales");
    return difference.isEmpty()
        ? values.difference(node.path("zero_points"), params.get(2), path + ".zero_points")
        : difference;
  }

  private static String meta(JsonNode node, Seq args) {
    boolean same =
        args.get(0) instanceof Scalar.DTypeName dtype
            && dtype.dtype().label().equals(node.path("dtype").asText())
            && longs((Seq) args.get(1)).equals(longs(node.path("shape")))
            && longs((Seq) args.get(2)).equals(longs(node.path("stride")));
    return same ? "" : "dtype, shape or stride";
  }

  private static List<Long> longs(Seq seq) {
    return seq.items().stream().map(Value::asLong).toList();
  }

  private static List<Long> longs(JsonNode array) {
    return array.valueStream().map(JsonNode::asLong).toList();
  }
}
