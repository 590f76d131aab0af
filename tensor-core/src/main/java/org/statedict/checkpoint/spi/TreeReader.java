package org.statedict.checkpoint.spi;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;

/// Reads the text that describes a tree. Depth is bounded, so the reader calls itself.
final class TreeReader {
  private static final int JSON_LEVELS = 400;
  private static final long VERSION = 1;

  private final SequencedMap<String, Tensor> stored;
  private final StorageTable table;
  private final IdentityHashMap<Storage, Storage> relabelled = new IdentityHashMap<>();
  private final Where where;
  private final Limits limits;
  private final Set<String> mentioned = new HashSet<>();
  private final List<@Nullable Value> defined = new ArrayList<>();
  private @Nullable Json json;
  private long nodes;

  TreeReader(SequencedMap<String, Tensor> stored, StorageTable table, Where where, Limits limits) {
    this.stored = stored;
    this.table = table;
    this.where = where;
    this.limits = limits;
  }

  /// The text is of a version that a later release writes.
  static final class NewerVersion extends CheckpointException {
    private static final long serialVersionUID = 1L;

    NewerVersion(Where where, String problem) {
      super(where, problem);
    }
  }

  /// The stored tensors that the tree names.
  Set<String> mentioned() {
    return mentioned;
  }

  Value read(String text) throws CheckpointException {
    limits.check(Limit.TREE_BYTES, text.length(), where);
    Json in =
        Json.parse(
            text.getBytes(StandardCharsets.UTF_8),
            where,
            JSON_LEVELS,
            Json.Strings.WITH_LONE_SURROGATES);
    json = in;
    in.enterObject("the tree");
    Value root = null;
    boolean versioned = false;
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      switch (name) {
        case "v" -> {
          requireVersion(in);
          versioned = true;
        }
        case "root" -> root = node(0);
        default -> in.skip();
      }
    }
    if (!versioned || root == null) {
      throw in.fail("a tree without v or root");
    }
    in.end();
    return root;
  }

  private static void requireVersion(Json in) throws CheckpointException {
    if (in.unsigned("the version") != VERSION) {
      throw new NewerVersion(
          in.place(), "a tree of version " + in.token() + ", 1 is known; a newer release reads it");
    }
  }

  private Json in() {
    return Objects.requireNonNull(json);
  }

  private CheckpointException fail(String problem) {
    return in().fail(problem);
  }

  private Value node(int depth) throws CheckpointException {
    limits.check(Limit.VALUE_DEPTH, depth, in().place());
    limits.check(Limit.TREE_NODES, ++nodes, where);
    if (in().isObject()) {
      return object(depth);
    }
    if (in().isArray()) {
      return Seq.of(Seq.Kind.LIST, items(depth));
    }
    return scalar();
  }

  private Scalar scalar() throws CheckpointException {
    Boolean truth = in().truth();
    if (truth != null) {
      return new Scalar.Bool(truth);
    }
    if (in().isNull()) {
      return Scalar.Nil.NONE;
    }
    if (in().isString()) {
      return new Scalar.Text(in().token());
    }
    return in().isInteger() ? integer(in().token()) : Scalar.real(Double.parseDouble(in().token()));
  }

  private Scalar integer(String token) throws CheckpointException {
    try {
      if (token.equals("-0")) {
        throw fail("the integer -0");
      }
      return new Scalar.Int(Long.parseLong(token));
    } catch (NumberFormatException e) {
      throw fail("an integer beyond 64 bits, which needs $int");
    }
  }

  private List<Value> items(int depth) throws CheckpointException {
    in().enterArray("a list of items");
    List<Value> items = new ArrayList<>();
    while (in().nextItem()) {
      items.add(node(depth + 1));
    }
    return items;
  }

  private Value object(int depth) throws CheckpointException {
    String first = in().nextName();
    if (first != null && first.startsWith("$")) {
      return tagged(first, depth);
    }
    Dict.Builder dict = Dict.builder();
    for (String name = first; name != null; name = in().nextName()) {
      if (name.startsWith("$")) {
        throw fail("the tag " + Escapes.visible(name) + " behind another member");
      }
      dict.put(name, node(depth + 1));
    }
    return dict.build();
  }

  private Value tagged(String tag, int depth) throws CheckpointException {
    return switch (tag) {
      case "$int" -> alone(bigInteger(in().string(tag)));
      case "$float" -> alone(real(in().string(tag)));
      case "$bytes" -> alone(Scalar.Bytes.of(base64(in().string(tag))));
      case "$bytearray" -> alone(Scalar.Bytes.array(base64(in().string(tag))));
      case "$complex" -> alone(complex(depth));
      case "$tuple", "$set", "$frozenset", "$size" -> alone(Seq.of(kind(tag), items(depth)));
      case "$dict" -> alone(pairs(Dict.builder(), depth).build());
      case "$odict" -> ordered(depth);
      case "$dtype" -> alone(new Scalar.DTypeName(dtype(in().string(tag))));
      case "$device" -> alone(new Scalar.DeviceName(new Device(in().string(tag))));
      case "$global" -> alone(new Scalar.GlobalName(in().string(tag)));
      case "$scalar" -> typed(in().string(tag));
      case "$tensor", "$view" -> tensor(tag, in().string(tag), depth);
      case "$object" -> opaque(in().string(tag), depth);
      case "$def" -> define(depth);
      case "$ref" -> alone(reference());
      default -> throw fail("the unknown tag " + Escapes.visible(tag));
    };
  }

  private static Seq.Kind kind(String tag) {
    return Seq.Kind.valueOf(tag.substring(1).toUpperCase(Locale.ROOT));
  }

  /// The value of a tag that takes no attributes.
  private Value alone(Value value) throws CheckpointException {
    if (in().nextName() != null) {
      throw fail("an unknown attribute of a tag");
    }
    return value;
  }

  private Scalar bigInteger(String hex) throws CheckpointException {
    if (!hex.matches("-?0x[1-9a-f][0-9a-f]*")) {
      throw fail("an $int that is no hexadecimal number");
    }
    boolean negative = hex.startsWith("-");
    BigInteger number = new BigInteger(hex.substring(negative ? 3 : 2), 16);
    Scalar value = Scalar.integer(negative ? number.negate() : number);
    if (value instanceof Scalar.Int) {
      throw fail("an $int that fits 64 bits");
    }
    return value;
  }

  private Scalar.Real real(String name) throws CheckpointException {
    return switch (name) {
      case "nan" -> new Scalar.Real(0x7ff8000000000000L);
      case "inf" -> Scalar.real(Double.POSITIVE_INFINITY);
      case "-inf" -> Scalar.real(Double.NEGATIVE_INFINITY);
      default -> {
        if (!name.matches("0x[0-9a-f]{16}")) {
          throw fail("a $float that is neither a name nor 16 hexadecimal digits");
        }
        yield new Scalar.Real(Long.parseUnsignedLong(name.substring(2), 16));
      }
    };
  }

  private byte[] base64(String text) throws CheckpointException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(in().place(), "bytes that are no base64", e);
    }
    throw fail("bytes in base64 that is not canonical");
  }

  private Scalar complex(int depth) throws CheckpointException {
    List<Value> parts = items(depth);
    if (parts.size() == 2
        && parts.get(0) instanceof Scalar.Real re
        && parts.get(1) instanceof Scalar.Real im) {
      return new Scalar.Complex(re, im);
    }
    throw fail("a $complex of other than two floats");
  }

  private Scalar typed(String dtype) throws CheckpointException {
    DType type = dtype(dtype);
    if (!"hex".equals(in().nextName())) {
      throw fail("a $scalar without hex");
    }
    try {
      Scalar.Typed value = new Scalar.Typed(type, HexFormat.of().parseHex(in().string("hex")));
      alone(value);
      return value;
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(in().place(), "a $scalar of other bytes than its type has", e);
    }
  }

  private DType dtype(String name) throws CheckpointException {
    return TreeDTypes.named(name)
        .orElseThrow(() -> fail("the unknown type '" + Escapes.visible(name) + "'"));
  }

  // --- containers

  private Dict.Builder pairs(Dict.Builder dict, int depth) throws CheckpointException {
    in().enterArray("a list of pairs");
    while (in().nextItem()) {
      List<Value> pair = items(depth);
      if (pair.size() != 2) {
        throw fail("an entry that is no pair");
      }
      if (dict.contains(pair.get(0))) {
        throw fail("a key that stands twice");
      }
      putKey(dict, pair.get(0), pair.get(1));
    }
    return dict;
  }

  private void putKey(Dict.Builder dict, Value key, Value value) throws CheckpointException {
    try {
      dict.put(key, value);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(in().place(), String.valueOf(e.getMessage()), e);
    }
  }

  private Value ordered(int depth) throws CheckpointException {
    Dict.Builder dict = Dict.builder(Dict.Kind.ORDERED);
    if (in().isObject()) {
      for (String name = in().nextName(); name != null; name = in().nextName()) {
        if (name.startsWith("$")) {
          throw fail("a tag where an entry is needed");
        }
        dict.put(name, node(depth + 1));
      }
    } else {
      pairs(dict, depth);
    }
    for (String name = in().nextName(); name != null; name = in().nextName()) {
      if (!name.equals("attr") || !(node(depth + 1) instanceof Dict attributes)) {
        throw fail("an unknown attribute of $odict");
      }
      dict.attributes(attributes);
    }
    return dict.build();
  }

  private Value opaque(String className, int depth) throws CheckpointException {
    Value args = null;
    Value state = null;
    List<Value> items = List.of();
    List<Map.Entry<Value, Value>> pairs = List.of();
    for (String name = in().nextName(); name != null; name = in().nextName()) {
      switch (name) {
        case "args" -> args = node(depth + 1);
        case "state" -> state = node(depth + 1);
        case "items" -> items = items(depth);
        case "pairs" -> pairs = objectPairs(depth);
        default -> throw fail("an unknown attribute of $object");
      }
    }
    return new Opaque(className, args, state, items, pairs);
  }

  private List<Map.Entry<Value, Value>> objectPairs(int depth) throws CheckpointException {
    in().enterArray("pairs");
    List<Map.Entry<Value, Value>> pairs = new ArrayList<>();
    while (in().nextItem()) {
      List<Value> pair = items(depth);
      if (pair.size() != 2) {
        throw fail("an entry that is no pair");
      }
      pairs.add(Map.entry(pair.get(0), pair.get(1)));
    }
    return pairs;
  }

  private Value define(int depth) throws CheckpointException {
    long id = in().unsigned("$def");
    if (id != defined.size()) {
      throw fail("a $def that does not count up");
    }
    defined.add(null);
    if (!"value".equals(in().nextName())) {
      throw fail("a $def without value");
    }
    Value value = node(depth + 1);
    defined.set((int) id, value);
    return alone(value);
  }

  private Value reference() throws CheckpointException {
    long id = in().unsigned("$ref");
    Value value = id < defined.size() ? defined.get((int) id) : null;
    if (value == null) {
      throw fail("a $ref to what is not complete");
    }
    return value;
  }

  // --- tensors

  /// The attributes of a tensor's leaf.
  private static final class Attributes {
    @Nullable DType dtype;
    @Nullable Shape shape;
    @Nullable Strides strides;
    long offset = -1;
    @Nullable String device;
    Traits traits = Traits.NONE;
  }

  private Value tensor(String tag, String name, int depth) throws CheckpointException {
    Tensor kept = stored.get(name);
    if (kept == null) {
      throw fail("no tensor '" + Escapes.visible(name) + "' is stored");
    }
    mentioned.add(name);
    Attributes attributes = attributes(tag, depth);
    try {
      Tensor tensor = tag.equals("$view") ? view(kept, attributes) : whole(kept, attributes);
      return tagged(tensor, attributes);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CheckpointException(in().place(), String.valueOf(e.getMessage()), e);
    }
  }

  private Attributes attributes(String tag, int depth) throws CheckpointException {
    Attributes found = new Attributes();
    boolean view = tag.equals("$view");
    for (String name = in().nextName(); name != null; name = in().nextName()) {
      switch (name) {
        case "dtype" -> found.dtype = dtype(in().string(name));
        case "shape" -> found.shape = Shape.of(numbers(name));
        case "stride" -> found.strides = Strides.of(requireView(view, numbers(name)));
        case "offset" -> found.offset = requireView(view, in().unsigned(name))[0];
        case "device" -> found.device = in().string(name);
        default -> found.traits = trait(found.traits, name, depth);
      }
    }
    return found;
  }

  private long[] requireView(boolean view, long... numbers) throws CheckpointException {
    if (!view) {
      throw fail("an unknown attribute of $tensor");
    }
    return numbers;
  }

  private Traits trait(Traits traits, String name, int depth) throws CheckpointException {
    if (name.equals("attr")) {
      if (node(depth + 1) instanceof Dict set) {
        return traits.withAttributes(set);
      }
      throw fail("attr that is no dict");
    }
    boolean on = Boolean.TRUE.equals(in().truth());
    if (!on) {
      throw fail("an unknown attribute of a tensor, or one that is not true");
    }
    return switch (name) {
      case "param" -> traits.withParameter(true);
      case "grad" -> traits.withRequiresGrad(true);
      case "conj" -> traits.withConj(true);
      case "neg" -> traits.withNeg(true);
      case "numpy" -> traits.withNumpy(true);
      case "storage" -> traits.withBareStorage(true);
      default -> throw fail("an unknown attribute of a tensor");
    };
  }

  private long[] numbers(String what) throws CheckpointException {
    in().enterArray(what);
    List<Long> numbers = new ArrayList<>();
    while (in().nextItem()) {
      numbers.add(in().unsigned(what));
    }
    limits.check(Limit.RANK, numbers.size(), in().place());
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static Tensor whole(Tensor kept, Attributes attributes) {
    DType dtype = attributes.dtype == null ? kept.dtype() : attributes.dtype;
    Shape shape = attributes.shape == null ? kept.shape() : attributes.shape;
    return Carrier.unwrap(kept, dtype, shape);
  }

  private Tensor view(Tensor kept, Attributes view) throws CheckpointException {
    if (view.dtype == null || view.shape == null || view.strides == null || view.offset < 0) {
      throw fail("a $view without dtype, shape, stride or offset");
    }
    return Tensor.over(kept.storage(), view.dtype, view.shape, view.strides, view.offset);
  }

  private Tensor tagged(Tensor tensor, Attributes attributes) {
    Tensor marked = tensor.withTraits(attributes.traits);
    return attributes.device == null ? marked : relabelled(marked, new Device(attributes.device));
  }

  private Tensor relabelled(Tensor tensor, Device device) {
    Storage storage =
        relabelled.computeIfAbsent(tensor.storage(), s -> table.relabelled(s, device));
    return Tensor.over(
            storage, tensor.dtype(), tensor.shape(), tensor.strides(), tensor.storageOffset())
        .withTraits(tensor.traits());
  }
}
