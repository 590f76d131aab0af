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
import org.junit.jupiter.api.Timeout;
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

  private static Checkpoint open(Path file) throws IOException {
    return FORMATS.open(Source.open(file), "onnx", LoadOptions.DEFAULT);
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
    assertTensors(tensors, file.path());
  }

  private static void assertTensors(JsonNode tensors, Path file) throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    try (Checkpoint open = open(file)) {
      Dict dict = open.read().asDict();
      for (JsonNode tensor : tensors) {
        if (!tensor.has("kind")) {
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
    List<String> texts = new ArrayList<>();
    addTexts(value, texts);
    return name + "  " + String.join(" ", texts);
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

  static Stream<GoldenFiles.Case> odd() throws IOException {
    return GoldenFiles.of("onnx").cases("odd", "odd");
  }

  @ParameterizedTest
  @MethodSource("odd")
  void oddModelsAreReadRightOrRefused(GoldenFiles.Case file) throws IOException {
    if (REFUSED_ODD.contains(file.name())) {
      assertRefused(file);
    } else {
      assertTensors(file.expected().path("tensors"), file.path());
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
    return GoldenFiles.of("hostile")
        .cases()
        .filter(c -> c.name().startsWith("onnx/") && !c.expected().has("setup"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void hostileModelsEndAsTheCorpusSays(GoldenFiles.Case file) throws IOException {
    List<String> allowed = new ArrayList<>();
    allowed.add(file.expected().path("load").asText());
    file.expected().path("load_also_ok").forEach(other -> allowed.add(other.asText()));
    try (Checkpoint open = open(file.path())) {
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
