package org.statedict.io.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.GroupPath;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Files that h5py and Keras wrote, against the values that h5py reads from them.
class Hdf5GoldenTest {
  private static final Hdf5Format FORMAT = new Hdf5Format();

  @TempDir Path temporary;

  static Stream<GoldenFiles.Case> cases() throws IOException {
    GoldenFiles golden = GoldenFiles.of("hdf5");
    List<GoldenFiles.Case> cases = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : golden.expected().properties()) {
      cases.add(
          new GoldenFiles.Case(entry.getKey(), golden.path(entry.getKey()), entry.getValue()));
    }
    return cases.stream();
  }

  static Stream<GoldenFiles.Case> readable() throws IOException {
    return cases().filter(c -> !c.expected().path("result").asText().equals("error"));
  }

  private Path unpacked(Path file) throws IOException {
    if (!file.toString().endsWith(".gz")) {
      return file;
    }
    Path plain = temporary.resolve("plain.h5");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      Files.write(plain, in.readAllBytes());
    }
    return plain;
  }

  private Checkpoint open(GoldenFiles.Case golden, LoadOptions options) throws IOException {
    return FORMAT.open(Source.open(unpacked(golden.path())), options);
  }

  @ParameterizedTest
  @MethodSource("readable")
  void tensorsAreWhatH5pyReads(GoldenFiles.Case golden) throws Exception {
    for (Reading reading : Reading.values()) {
      try (Checkpoint opened = open(golden, LoadOptions.DEFAULT.withReading(reading))) {
        for (Map.Entry<String, JsonNode> entry : golden.expected().path("tensors").properties()) {
          if (!entry.getValue().path("dtype").asText().equals("opaque")) {
            assertTensor(entry.getKey(), entry.getValue(), at(opened.tree(), entry.getKey()));
          }
        }
      }
    }
  }

  private static Value at(Value root, String path) {
    Value value = root;
    for (String part : path.split("/", -1)) {
      value = ((Dict) value).entries().get(key((Dict) value, part));
      assertNotNull(value, path);
    }
    return value;
  }

  /// The key that a name stands for, which a file of ours escapes and whose kind its tree knows.
  private static Value key(Dict group, String name) {
    return group.entries().keySet().stream()
        .filter(key -> key.toString().equals(name) || name.equals(escaped(key)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  private static String escaped(Value key) {
    return GroupPath.join("", key.toString()).substring(1);
  }

  private static void assertTensor(String name, JsonNode expected, Value value) throws Exception {
    Tensor tensor = (Tensor) value;
    assertEquals(expected.path("dtype").asText(), tensor.dtype().label(), name);
    List<Long> dims = new ArrayList<>();
    expected.path("shape").forEach(dim -> dims.add(dim.asLong()));
    assertEquals(dims, tensor.shape().toList(), name);
    Storage owned = tensor.copy().storage();
    byte[] bytes = new byte[(int) owned.byteSize()];
    owned.copyTo(0, MemorySegment.ofArray(bytes));
    String hex =
        expected.has("hex")
            ? HexFormat.of().formatHex(bytes)
            : HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    String wanted =
        expected.has("hex") ? expected.path("hex").asText() : expected.path("sha256").asText();
    assertEquals(wanted, hex, name);
  }

  @ParameterizedTest
  @MethodSource("readable")
  void whatCannotBeReadSaysWhyAndKeepsLoadingFromSucceeding(GoldenFiles.Case golden)
      throws IOException {
    boolean partial = golden.expected().path("result").asText().equals("partial");
    try (Checkpoint opened = open(golden, LoadOptions.DEFAULT)) {
      for (JsonNode name : golden.expected().path("unsupported")) {
        Tensor tensor = (Tensor) at(opened.tree(), name.asText());
        assertThrows(
            UncheckedIOException.class, () -> tensor.storage().copyTo(0, oneByte()), name::asText);
      }
      if (partial || golden.expected().path("unsupported").size() > 0) {
        assertThrows(CheckpointException.class, opened::read);
      }
    }
  }

  private static MemorySegment oneByte() {
    return MemorySegment.ofArray(new byte[1]);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damagedFilesAreRefused(GoldenFiles.Case golden) throws IOException {
    switch (golden.expected().path("result").asText()) {
      case "error" ->
          assertThrows(CheckpointException.class, () -> open(golden, LoadOptions.DEFAULT));
      case "limit" -> {
        Limits low = Limits.DEFAULT.with(Limit.HDF5_CHUNK_BYTES, 1 << 20);
        try (Checkpoint opened = open(golden, LoadOptions.DEFAULT.withLimits(low))) {
          assertThrows(CheckpointException.class, opened::read);
        }
      }
      default -> open(golden, LoadOptions.DEFAULT).close();
    }
  }

  @ParameterizedTest
  @MethodSource("readable")
  void orderSharingAndTextAreKept(GoldenFiles.Case golden) throws IOException {
    try (Checkpoint opened = open(golden, LoadOptions.DEFAULT)) {
      Dict root = (Dict) opened.tree();
      for (Map.Entry<String, JsonNode> order : golden.expected().path("order").properties()) {
        String path = order.getKey().substring(1);
        Dict group = path.isEmpty() ? root : (Dict) at(root, path);
        List<String> names = new ArrayList<>();
        order.getValue().forEach(name -> names.add(key(group, name.asText()).toString()));
        assertEquals(names, group.entries().keySet().stream().map(Value::toString).toList());
      }
      for (JsonNode shared : golden.expected().path("shared")) {
        Tensor one = (Tensor) at(root, shared.get(0).asText());
        Tensor two = (Tensor) at(root, shared.get(1).asText());
        assertSame(one.storage(), two.storage());
      }
      for (Map.Entry<String, JsonNode> text : golden.expected().path("strings").properties()) {
        assertText(text.getValue(), at(root, text.getKey()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("readable")
  void kerasOrderIsKept(GoldenFiles.Case golden) throws IOException {
    List<String> expected = new ArrayList<>();
    golden.expected().path("keras_order").forEach(path -> expected.add(path.asText()));
    try (Checkpoint opened = open(golden, LoadOptions.DEFAULT)) {
      List<String> found = new ArrayList<>(opened.tensors().keySet());
      found.removeIf(name -> expected.isEmpty());
      assertEquals(expected.stream().map(path -> path.replace('/', '.')).toList(), found);
    }
  }

  @Test
  void layersOfAModelStandInItsOrder() throws IOException {
    Path file = GoldenFiles.find("hdf5").resolve("keras3.keras");
    try (Checkpoint opened = FORMAT.open(Source.open(file), LoadOptions.DEFAULT)) {
      Dict layers = (Dict) ((Dict) opened.tree()).get("layers").orElseThrow();
      assertEquals(
          List.of("input_layer", "conv2d", "batch_normalization", "flatten", "dropout", "dense"),
          layers.entries().keySet().stream().map(Value::toString).toList());
    }
  }

  @Test
  void theTreeOfOurLayoutIsRead() throws IOException {
    Path file = GoldenFiles.find("hdf5").resolve("statedict_layout.h5");
    try (Checkpoint opened = FORMAT.open(Source.open(file), LoadOptions.DEFAULT)) {
      Dict optimizer = (Dict) ((Dict) opened.tree()).get("optimizer").orElseThrow();
      Dict state = (Dict) optimizer.get("state").orElseThrow();
      Dict first = (Dict) state.entries().firstEntry().getValue();
      assertEquals(Set.of(new Scalar.Int(0)), state.entries().keySet());
      assertEquals(Optional.of(new Scalar.Int(3)), first.get("step"));
      Dict group = (Dict) ((Seq) optimizer.get("param_groups").orElseThrow()).get(0);
      assertEquals(Optional.of(Seq.tuple(0.9, 0.999)), group.get("betas"));
      assertEquals(Map.of(), opened.metadata());
      assertEquals(List.of(), opened.warnings());
    }
  }

  private static void assertText(JsonNode expected, Value value) {
    if (expected.isTextual()) {
      assertEquals(new Scalar.Text(expected.asText()), value);
      return;
    }
    List<Value> texts = new ArrayList<>();
    expected.forEach(text -> texts.add(new Scalar.Text(text.asText())));
    assertEquals(texts, ((Seq) value).items());
  }

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    GoldenFiles golden = GoldenFiles.of("hostile");
    return golden.expected().path("files").properties().stream()
        .filter(entry -> entry.getKey().startsWith("hdf5/"))
        .map(e -> new GoldenFiles.Case(e.getKey(), golden.path(e.getKey()), e.getValue()));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileFilesAreRefusedOrReadSafely(GoldenFiles.Case golden) throws Exception {
    List<String> allowed = new ArrayList<>(List.of(golden.expected().path("load").asText()));
    golden.expected().path("load_also_ok").forEach(also -> allowed.add(also.asText()));
    String outcome = "load-safely";
    try (Checkpoint opened = open(golden, LoadOptions.DEFAULT)) {
      opened.read();
    } catch (CheckpointException e) {
      outcome = "reject";
      assertTrue(e.getMessage().contains(golden.path().getFileName().toString()), e.getMessage());
    }
    assertTrue(allowed.contains(outcome), outcome);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void scanFindsWhatIsHostile(GoldenFiles.Case golden) throws IOException {
    List<String> accepted = new ArrayList<>();
    golden.expected().path("scan").path("accept").forEach(v -> accepted.add(v.asText()));
    assertFalse(accepted.isEmpty());
    try (Source source = Source.open(golden.path())) {
      String verdict =
          FORMAT.scan(source, Limits.DEFAULT).verdict().name().toLowerCase(Locale.ROOT);
      assertTrue(accepted.contains(verdict), verdict + " of " + accepted);
    }
  }
}
