package org.statedict.io.pickle;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;
import org.statedict.tensor.Value;

/// Compares a value with the description of it that `make_golden.py` wrote; its head says how.
final class TorchValueAssert {
  private final Map<Integer, Storage> storages = new HashMap<>();
  private final IdentityHashMap<Storage, Integer> numbers = new IdentityHashMap<>();

  /// The first difference; empty if there is none.
  String difference(JsonNode node, Value value, String path) {
    String found = compare(node, value, path);
    return found.isEmpty() || found.startsWith("at ")
        ? found
        : "at %s: %s: %s is %s".formatted(path, found, shorten(node), value);
  }

  private static String shorten(JsonNode node) {
    String text = node.toString();
    return text.length() > 200 ? text.substring(0, 200) + "..." : text;
  }

  private String compare(JsonNode node, Value value, String path) {
    String type = node.path("t").asText();
    return switch (type) {
      case "tensor" -> value instanceof Tensor t ? tensor(node, t, path) : "kind";
      case "dict", "OrderedDict" -> value instanceof Dict d ? dict(node, d, path) : "kind";
      case "Counter" -> value instanceof Opaque o ? counter(node, o, path) : "kind";
      case "list", "tuple", "set" -> value instanceof Seq s ? seq(node, s, path) : "kind";
      case "Size" -> value instanceof Seq s ? size(node, s) : "kind";
      case "storage" -> value instanceof Tensor t ? storage(node, t) : "kind";
      case "numpy_scalar" -> value instanceof Scalar.Typed t ? typed(node, t) : "kind";
      case "ndarray" -> value instanceof Tensor t ? array(node, t) : "kind";
      case "layout", "module" -> "";
      default ->
          new TorchObjectAssert(this)
              .difference(node, value, path)
              .orElseGet(() -> value instanceof Scalar s ? scalar(type, node, s) : "kind");
    };
  }

  private static String storage(JsonNode node, Tensor tensor) {
    boolean same =
        tensor.traits().bareStorage()
            && tensor.dtype() == dtype(node.path("dtype").asText())
            && sha256(HexFormat.of().parseHex(node.path("hex").asText())).equals(sha256(tensor));
    return same ? "" : "storage";
  }

  private static String typed(JsonNode node, Scalar.Typed number) {
    return HexFormat.of().formatHex(number.toArray()).equals(node.path("hex").asText())
        ? ""
        : "number";
  }

  private static String array(JsonNode node, Tensor tensor) {
    boolean same =
        tensor.traits().numpy()
            && longs(node.path("shape")).equals(tensor.shape().toList())
            && sha256(HexFormat.of().parseHex(node.path("hex").asText())).equals(sha256(tensor));
    return same ? "" : "array";
  }

  private static String scalar(String type, JsonNode node, Scalar value) {
    Scalar expected =
        switch (type) {
          case "int" -> Scalar.integer(new BigInteger(node.path("v").asText()));
          case "float" -> new Scalar.Real(Long.parseUnsignedLong(node.path("v").asText(), 16));
          case "bool" -> new Scalar.Bool(node.path("v").asBoolean());
          case "str" -> new Scalar.Text(text(node.path("v")));
          case "none" -> Scalar.Nil.NONE;
          case "bytes" -> Scalar.Bytes.of(HexFormat.of().parseHex(node.path("hex").asText()));
          case "bytearray" ->
              Scalar.Bytes.array(HexFormat.of().parseHex(node.path("hex").asText()));
          case "complex" ->
              new Scalar.Complex(real(node.path("re").asText()), real(node.path("im").asText()));
          case "dtype" -> new Scalar.DTypeName(dtype(node.path("v").asText().substring(6)));
          case "device" ->
              new Scalar.DeviceName(new org.statedict.tensor.Device(node.path("v").asText()));
          default -> throw new IllegalArgumentException("unknown kind " + type);
        };
    return expected.equals(value) ? "" : "value";
  }

  private static Scalar.Real real(String hex) {
    return new Scalar.Real(Long.parseUnsignedLong(hex, 16));
  }

  private static String text(JsonNode node) {
    if (node.isTextual()) {
      return node.asText();
    }
    StringBuilder units = new StringBuilder();
    node.forEach(unit -> units.appendCodePoint(unit.asInt()));
    return units.toString();
  }

  private static DType dtype(String name) {
    return DType.named(name.equals("float4_e2m1fn_x2") ? "float4_e2m1fn" : name).orElseThrow();
  }

  private String tensor(JsonNode node, Tensor tensor, String path) {
    DType dtype = dtype(node.path("dtype").asText());
    if (tensor.dtype() != dtype) {
      return "dtype";
    }
    if (dtype != DType.FLOAT4_E2M1FN
        && !(longs(node.path("shape")).equals(tensor.shape().toList())
            && longs(node.path("stride")).equals(tensor.strides().toList())
            && node.path("offset").asLong() == tensor.storageOffset())) {
      return "shape, stride or offset";
    }
    if (node.path("storage_nbytes").asLong() != tensor.storage().byteSize()
        || !sharesAlike(node.path("storage").asInt(), tensor.storage())) {
      return "storage";
    }
    if (node.path("requires_grad").asBoolean() != tensor.traits().requiresGrad()
        || node.path("kind").asText().equals("Parameter") != tensor.traits().parameter()
        || node.path("conj").asBoolean() != tensor.traits().conj()
        || node.path("neg").asBoolean() != tensor.traits().neg()) {
      return "traits";
    }
    if (node.has("attrs") && !attributes(node.path("attrs"), tensor, path).isEmpty()) {
      return "attributes";
    }
    String sha256 =
        node.has("hex")
            ? sha256(HexFormat.of().parseHex(node.path("hex").asText()))
            : node.path("sha256").asText();
    return sha256.equals(sha256(tensor)) ? "" : "bytes";
  }

  private String attributes(JsonNode attrs, Tensor tensor, String path) {
    for (Map.Entry<String, JsonNode> attr : attrs.properties()) {
      Value found = tensor.traits().attributes().get(attr.getKey()).orElse(Scalar.Nil.NONE);
      String difference = difference(attr.getValue(), found, path + "." + attr.getKey());
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return "";
  }

  private boolean sharesAlike(int number, Storage storage) {
    int mine = numbers.computeIfAbsent(storage, _ -> number);
    Storage theirs = storages.computeIfAbsent(number, _ -> storage);
    return mine == number && theirs.equals(storage);
  }

  private static List<Long> longs(JsonNode array) {
    List<Long> numbers = new ArrayList<>();
    array.forEach(n -> numbers.add(n.asLong()));
    return numbers;
  }

  private String dict(JsonNode node, Dict dict, String path) {
    boolean ordered = node.path("t").asText().equals("OrderedDict");
    if (ordered != (dict.kind() == Dict.Kind.ORDERED)) {
      return "container";
    }
    if (node.has("ints_sha256")) {
      String text =
          dict.entries().entrySet().stream()
              .map(e -> e.getKey() + ":" + e.getValue())
              .collect(Collectors.joining(","));
      return integers(node, text, dict.size());
    }
    String entries = pairs(node.path("items"), dict.entries().entrySet().iterator(), path);
    if (!entries.isEmpty()) {
      return entries;
    }
    return node.has("attrs")
        ? pairsOfNames(node.path("attrs"), dict.attributes(), path + ".attrs")
        : "";
  }

  private String pairsOfNames(JsonNode attrs, Dict attributes, String path) {
    for (JsonNode pair : attrs) {
      String name = pair.get(0).asText();
      Value found = attributes.get(name).orElse(Scalar.Nil.NONE);
      String difference = difference(pair.get(1), found, path + "." + name);
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return "";
  }

  private String counter(JsonNode node, Opaque counter, String path) {
    if (!counter.className().equals("collections.Counter")) {
      return "class";
    }
    Dict counts = ((Seq) counter.args().orElseThrow()).get(0).asDict();
    return pairs(node.path("items"), counts.entries().entrySet().iterator(), path);
  }

  private String pairs(JsonNode items, Iterator<Map.Entry<Value, Value>> found, String path) {
    for (JsonNode pair : items) {
      if (!found.hasNext()) {
        return "entries missing";
      }
      Map.Entry<Value, Value> entry = found.next();
      String step = path + "." + pair.get(0).path("v").asText();
      String difference = difference(pair.get(0), entry.getKey(), step + " (key)");
      difference =
          difference.isEmpty() ? difference(pair.get(1), entry.getValue(), step) : difference;
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return found.hasNext() ? "more entries" : "";
  }

  private String seq(JsonNode node, Seq seq, String path) {
    if (!node.path("t").asText().equals(seq.kind().name().toLowerCase(Locale.ROOT))) {
      return "container";
    }
    if (node.has("ints_sha256")) {
      String text = seq.items().stream().map(Value::toString).collect(Collectors.joining(","));
      return integers(node, text, seq.size());
    }
    if (node.path("items").size() != seq.size()) {
      return "length";
    }
    for (int i = 0; i < seq.size(); i++) {
      String difference = difference(node.path("items").get(i), seq.get(i), path + "." + i);
      if (!difference.isEmpty()) {
        return difference;
      }
    }
    return "";
  }

  private static String integers(JsonNode node, String text, int count) {
    boolean same =
        node.path("count").asInt() == count
            && node.path("ints_sha256")
                .asText()
                .equals(sha256(text.getBytes(StandardCharsets.US_ASCII)));
    return same ? "" : "integers";
  }

  private static String size(JsonNode node, Seq seq) {
    List<Long> found = seq.items().stream().map(Value::asLong).toList();
    return seq.kind() == Seq.Kind.SIZE && found.equals(longs(node.path("items"))) ? "" : "size";
  }

  static String sha256(Tensor tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.byteSize())];
    TensorBytes.of(tensor).copyTo(0, MemorySegment.ofArray(bytes));
    return sha256(bytes);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
