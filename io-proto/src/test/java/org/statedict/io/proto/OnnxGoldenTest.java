package org.statedict.io.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.CaseSetup;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.TensorAssert;

/// Models that the onnx package wrote or judged, against what it says is in them.
class OnnxGoldenTest {
  private static final Formats FORMATS = Formats.of(List.of(new OnnxFormat()));

  /// The package takes what is odd here for whatever it may mean; these are refused.
  private static final Set<String> REFUSED_ODD =
      Set.of(
          "empty_file.onnx",
          "duplicate_names.onnx",
          "empty_name.onnx",
          "no_name.onnx",
          "wrong_wire_type.onnx",
          "raw_too_long.onnx",
          "typed_too_long.onnx",
          "duplicate_metadata.onnx",
          "utf8_name_broken.onnx");

  @TempDir Path temporary;

  private static Checkpoint open(Path file) throws IOException {
    return open(file, false);
  }

  private static Checkpoint open(Path file, boolean all) throws IOException {
    LoadOptions options = LoadOptions.DEFAULT.withAdapterOption("onnx.all", String.valueOf(all));
    return FORMATS.open(Source.open(file), "onnx", options);
  }

  /// Whether a tensor lies elsewhere than among the initializers of the model's graph.
  private static boolean isInside(JsonNode tensor) {
    return tensor.has("kind") && !tensor.path("kind").asText().equals("sparse");
  }

  static Stream<GoldenFiles.Case> valid() throws IOException {
    GoldenFiles golden = GoldenFiles.of("onnx");
    JsonNode all = golden.expected("expected_valid.json").path("valid");
    Stream<GoldenFiles.Case> valid =
        all.propertyStream()
            .map(e ->
                new GoldenFiles.Case(e.getKey(), golden.path("valid/" + e.getKey()), e.getValue()));
    return Stream.concat(valid, golden.cases("external", "external"));
  }

  @ParameterizedTest
  @MethodSource("valid")
  void holdsExactlyTheInitializers(GoldenFiles.Case file) throws IOException {
    JsonNode tensors =
        file.expected().has("tensors") ? file.expected().path("tensors") : file.expected();
    assertTensors(tensors, file.path(), false);
    assertTensors(tensors, file.path(), true);
  }

  @Test
  void manyTensorsComeInTheirOrder() throws IOException {
    try (Checkpoint open = open(GoldenFiles.find("onnx").resolve("valid/many_300.onnx"))) {
      int i = 0;
      for (String name : open.tensors().keySet()) {
        assertEquals("t%03d".formatted(i), name);
        assertEquals(i++ % 251, open.tensor(name).getLong());
      }
      assertEquals(300, i);
    }
  }

  @Test
  void metadataHoldTheTree() throws IOException {
    try (Checkpoint open = open(GoldenFiles.find("onnx").resolve("valid/metadata_props.onnx"))) {
      assertEquals(Map.of("author", "x", "", ""), open.metadata());
      assertEquals(3, open.read().asDict().get("epoch").orElseThrow().asLong());
    }
  }

  private static void assertTensors(JsonNode tensors, Path file, boolean all) throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    try (Checkpoint open = open(file, all)) {
      Dict dict = open.read().asDict();
      long inside = tensors.valueStream().filter(OnnxGoldenTest::isInside).count();
      if (tensors.isArray() && dict.get("epoch").isEmpty()) {
        assertEquals(tensors.size() - (all ? 0 : inside), dict.size());
      }
      for (JsonNode tensor : tensors) {
        if (all || !isInside(tensor)) {
          expected.add(line(tensor));
          Value value = dict.get(tensor.path("name").asText()).orElseThrow();
          found.add(line(tensor.path("name").asText(), value));
        }
      }
    }
    assertEquals(String.join("\n", expected), String.join("\n", found));
  }

  private static String line(JsonNode tensor) {
    List<String> shape = new ArrayList<>();
    tensor.path("shape").forEach(dim -> shape.add(dim.asText()));
    String content =
        tensor.has("strings_hex")
            ? String.join(
                " ", tensor.path("strings_hex").valueStream().map(JsonNode::asText).toList())
            : tensor.path("sha256").asText();
    String type = tensor.has("strings_hex") ? "" : tensor.path("type").asText() + " " + shape;
    return tensor.path("name").asText() + " " + type + " " + content;
  }

  private static String line(String name, Value value) {
    if (value instanceof Tensor tensor) {
      List<String> shape = tensor.shape().toList().stream().map(String::valueOf).toList();
      String type = OnnxDTypes.of(tensor.dtype()).name();
      return name + " " + type + " " + shape + " " + TensorAssert.sha256(tensor);
    }
    if (value instanceof Dict sparse) {
      return line(name, densified(sparse));
    }
    List<String> texts = new ArrayList<>();
    addTexts(value, texts);
    return name + "  " + String.join(" ", texts);
  }

  /// The dense form of a sparse initializer of float32 elements.
  private static Tensor densified(Dict sparse) {
    long[] shape =
        ((Seq) sparse.get("shape").orElseThrow())
            .items().stream().mapToLong(Value::asLong).toArray();
    Tensor indices = sparse.get("indices").orElseThrow().asTensor();
    float[] values = sparse.get("values").orElseThrow().asTensor().toFloatArray();
    float[] dense = new float[(int) (shape[0] * shape[1])];
    for (int i = 0; i < values.length; i++) {
      boolean linear = indices.shape().rank() == 1;
      long at =
          linear ? indices.getLong(i) : indices.getLong(i, 0) * shape[1] + indices.getLong(i, 1);
      dense[(int) at] = values[i];
    }
    return Tensor.of(dense, shape);
  }

  private static void addTexts(Value value, List<String> texts) {
    switch (value) {
      case Seq seq -> seq.items().forEach(item -> addTexts(item, texts));
      case Scalar.Text text ->
          texts.add(HexFormat.of().formatHex(text.value().getBytes(StandardCharsets.UTF_8)));
      case Scalar.Bytes bytes -> texts.add(HexFormat.of().formatHex(bytes.toArray()));
      default -> texts.add(value.toString());
    }
  }

  static Stream<GoldenFiles.Case> bareTensors() throws IOException {
    return GoldenFiles.of("onnx").cases("tensor", "tensor");
  }

  @ParameterizedTest
  @MethodSource("bareTensors")
  void aBareTensorIsReadWhenItIsNamedSo(GoldenFiles.Case file) throws IOException {
    Formats formats = Formats.of(List.of(new OnnxTensorFormat()));
    Source source = Source.open(file.path());
    try (Checkpoint open = formats.open(source, "onnx-tensor", LoadOptions.DEFAULT)) {
      String name = file.expected().path("name").asText("value");
      Tensor tensor = open.tensor(name.equals("null") ? "value" : name);
      assertEquals(file.expected().path("sha256").asText(), TensorAssert.sha256(tensor));
    }
  }

  static Stream<GoldenFiles.Case> odd() throws IOException {
    return GoldenFiles.of("onnx").cases("odd", "odd");
  }

  @ParameterizedTest
  @MethodSource("odd")
  void oddModelsAreReadRightOrRefused(GoldenFiles.Case file) throws IOException {
    if (REFUSED_ODD.contains(file.name())) {
      assertRefused(file);
    } else {
      assertTensors(file.expected().path("tensors"), file.path(), false);
    }
  }

  static Stream<GoldenFiles.Case> invalid() throws IOException {
    return GoldenFiles.of("onnx").cases("invalid", "invalid");
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void invalidModelsAreRefused(GoldenFiles.Case file) {
    assertRefused(file);
  }

  private static void assertRefused(GoldenFiles.Case file) {
    CheckpointException refused =
        assertThrows(CheckpointException.class, () -> open(file.path()).read());
    assertTrue(
        refused
                .getMessage()
                .contains(file.path().getFileName().toString().replaceAll("\\.onnx$", ""))
            || refused.getMessage().contains("onnx"),
        refused.getMessage());
  }

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    return GoldenFiles.of("hostile").cases().filter(c -> c.name().startsWith("onnx/"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void hostileModelsEndAsTheCorpusSays(GoldenFiles.Case file)
      throws IOException, InterruptedException {
    Path copy = CaseSetup.copy(file, temporary, List.of("onnx"));
    List<String> allowed = new ArrayList<>();
    allowed.add(file.expected().path("load").asText());
    file.expected().path("load_also_ok").forEach(other -> allowed.add(other.asText()));
    try (Checkpoint open = open(copy)) {
      Dict value = open.read().asDict();
      assertTrue(allowed.contains("load-safely"), "it loaded");
      for (Map.Entry<String, JsonNode> tensor : file.expected().path("tensors").properties()) {
        Tensor found = value.get(tensor.getKey()).orElseThrow().asTensor();
        String type = tensor.getValue().path("dtype").asText().toLowerCase(Locale.ROOT);
        assertEquals(type.equals("f32") ? DType.FLOAT32 : found.dtype(), found.dtype());
        assertEquals(tensor.getValue().path("sha256").asText(), TensorAssert.sha256(found));
      }
    } catch (CheckpointException refused) {
      assertTrue(allowed.contains("reject"), refused.getMessage());
    }
  }
}
