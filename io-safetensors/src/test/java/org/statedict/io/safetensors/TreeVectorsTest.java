package org.statedict.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Strictness;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Storages;
import org.statedict.checkpoint.SaveOptions.Tree;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.TreeDTypes;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.testkit.GoldenFiles;

/// The tree convention against its test vectors.
class TreeVectorsTest {
  private static final Formats FORMATS = Formats.of(List.of(new SafetensorsFormat()));
  private static final SaveOptions EXACT =
      SaveOptions.DEFAULT.withTree(Tree.ALWAYS).withStorages(Storages.KEEP);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  record Vector(String name, JsonNode expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Vector> vectors(String member) throws IOException {
    Path file = GoldenFiles.find("safetensors").resolve("expected_tree.json");
    return JSON.readTree(file.toFile())
        .path(member)
        .propertyStream()
        .map(e -> new Vector(e.getKey(), e.getValue()));
  }

  static Stream<Vector> trees() throws IOException {
    return vectors("tree");
  }

  static Stream<Vector> textsToRefuse() throws IOException {
    return vectors("tree_invalid");
  }

  @ParameterizedTest
  @MethodSource("trees")
  void decodesToTheExpectedValue(Vector vector) throws IOException {
    Path file = GoldenFiles.find("safetensors").resolve(vector.expected.path("file").asText());
    Value value = FORMATS.load(file, LoadOptions.DEFAULT);
    JsonNode expected = withoutDefinitions(vector.expected.path("value"), new ArrayList<>());
    assertMatches(expected, value, "root");
  }

  @ParameterizedTest
  @MethodSource("trees")
  void comesBackEqual(Vector vector) throws IOException {
    Path file = GoldenFiles.find("safetensors").resolve(vector.expected.path("file").asText());
    Value value = FORMATS.load(file, LoadOptions.DEFAULT);
    assertComesBack(value);
  }

  @Test
  void objectsNamesAndLaterAttributesComeBack() throws IOException {
    Tensor weight = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Traits marked =
        Traits.NONE
            .withParameter(true)
            .withRequiresGrad(true)
            .withAttributes(Dict.of("tag", "hello"));
    Value object =
        new Opaque(
            "argparse.Namespace",
            Seq.tuple(),
            Dict.of("lr", 0.1, "w", weight),
            List.of(Value.of(1)),
            List.of(Map.entry(Value.of("k"), Value.of(2))));
    assertComesBack(
        Dict.of(
            "object",
            object,
            "again",
            object,
            "name",
            new Scalar.GlobalName("torch.strided"),
            "marked",
            weight.withTraits(marked),
            "view",
            weight.transpose(0, 1),
            "numpy",
            Tensor.ones(2).withTraits(Traits.NONE.withNumpy(true))));
  }

  private void assertComesBack(Value value) throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    FORMATS.save(value, copy, EXACT);
    Value back = FORMATS.load(copy, LoadOptions.DEFAULT);
    assertEquals("", Values.difference(value, back, Values.Strictness.EVERYTHING));
  }

  @ParameterizedTest
  @MethodSource("textsToRefuse")
  void refusesTheText(Vector vector) throws IOException {
    String name =
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"__metadata__\":{\"statedict.tree\":%s}}"
            .formatted(JSON.writeValueAsString(vector.expected.asText()));
    byte[] header = name.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    file.write(header);
    file.write(new byte[4]);
    LoadOptions strict = LoadOptions.DEFAULT.withStrictness(Strictness.STRICT);
    assertThrows(
        CheckpointException.class,
        () -> FORMATS.open(Source.of("x", file.toByteArray()), strict).close());
  }

  // --- the typed form of expected_tree.json

  /// References replaced by what they refer to, as a value has no names for what it shares.
  private static JsonNode withoutDefinitions(JsonNode node, List<JsonNode> defined) {
    if (!node.isArray()) {
      return node;
    }
    if (node.size() == 3 && node.get(0).asText().equals("def")) {
      JsonNode value = withoutDefinitions(node.get(2), defined);
      defined.add(value);
      return value;
    }
    if (node.size() == 2 && node.get(0).asText().equals("ref")) {
      return defined.get(node.get(1).asInt());
    }
    ArrayNode copy = JSON.createArrayNode();
    node.forEach(child -> copy.add(withoutDefinitions(child, defined)));
    return copy;
  }

  private static void assertMatches(JsonNode expected, Value value, String path) {
    String kind = expected.get(0).asText();
    switch (value) {
      case Scalar scalar -> assertEquals(expected, typed(scalar), path);
      case Seq seq -> {
        assertEquals(kind, seq.kind().toString(), path);
        assertEquals(expected.get(1).size(), seq.size(), path);
        for (int i = 0; i < seq.size(); i++) {
          assertMatches(expected.get(1).get(i), seq.get(i), path + "." + i);
        }
      }
      case Dict dict -> {
        assertEquals(kind, dict.kind() == Dict.Kind.ORDERED ? "odict" : "dict", path);
        assertEntries(expected.get(1), dict, path);
        if (expected.size() > 2) {
          assertMatches(expected.get(2), dict.attributes(), path + ".attr");
        }
      }
      case Tensor tensor when kind.equals("view") -> {
        assertEquals(expected.get(2).asText(), TreeDTypes.name(tensor.dtype()), path);
        assertEquals(expected.get(3).toString(), compact(tensor.shape()), path);
        assertEquals(expected.get(4).toString(), compact(tensor.strides()), path);
        assertEquals(expected.get(5).asLong(), tensor.storageOffset(), path);
      }
      case Tensor tensor -> assertTensor(expected.get(2), tensor, path);
      case Opaque object -> throw new AssertionError("an object in the vectors: " + object);
    }
  }

  private static void assertTensor(JsonNode attributes, Tensor tensor, String path) {
    assertEquals(attributes.has("param"), tensor.traits().parameter(), path);
    assertEquals(attributes.has("grad"), tensor.traits().requiresGrad(), path);
    if (attributes.has("dtype")) {
      assertEquals(attributes.path("dtype").get(1).asText(), TreeDTypes.name(tensor.dtype()), path);
    }
  }

  private static void assertEntries(JsonNode expected, Dict dict, String path) {
    assertEquals(expected.size(), dict.size(), path);
    int i = 0;
    for (Map.Entry<Value, Value> entry : dict.entries().entrySet()) {
      assertMatches(expected.get(i).get(0), entry.getKey(), path + " key " + i);
      assertMatches(expected.get(i).get(1), entry.getValue(), path + "." + entry.getKey());
      i++;
    }
  }

  private static String compact(Object numbers) {
    return numbers.toString().replace(" ", "");
  }

  private static JsonNode typed(Scalar scalar) {
    ArrayNode out = JSON.createArrayNode();
    return switch (scalar) {
      case Scalar.Nil _ -> out.add("none");
      case Scalar.Bool b -> out.add("bool").add(b.value());
      case Scalar.Int i -> out.add("int").add(Long.toString(i.value()));
      case Scalar.BigInt i -> out.add("int").add(i.value().toString());
      case Scalar.Real r -> out.add("float").add(bits(r));
      case Scalar.Complex c -> out.add("complex").add(bits(c.re())).add(bits(c.im()));
      case Scalar.Text t -> text(out.add("str"), t.value());
      case Scalar.Bytes b ->
          out.add(b.isMutable() ? "bytearray" : "bytes").add(HexFormat.of().formatHex(b.toArray()));
      case Scalar.Typed t ->
          out.add("scalar")
              .add(TreeDTypes.name(t.dtype()))
              .add(HexFormat.of().formatHex(t.toArray()));
      case Scalar.DTypeName d -> out.add("dtype").add(TreeDTypes.name(d.dtype()));
      case Scalar.DeviceName d -> out.add("device").add(d.device().label());
      case Scalar.GlobalName g -> out.add("global").add(g.qualifiedName());
    };
  }

  private static ArrayNode text(ArrayNode out, String text) {
    boolean lone = text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
    if (!lone) {
      return out.add(text);
    }
    ArrayNode units = out.addArray();
    text.chars().forEach(units::add);
    return out;
  }

  private static String bits(Scalar.Real real) {
    return "%016x".formatted(real.bits());
  }
}
