package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Files that PyTorch wrote, against what PyTorch says is in them.
class PtGoldenTest {
  private static final Formats FORMATS = Formats.of(List.of(new PtFormat()));

  /// Where a storage is a part of another, of which PyTorch forgets that they share memory and we
  /// don't; so their offsets differ.
  private static final Set<String> WITH_STORAGE_VIEWS = Set.of("legacy_py2.pt", "legacy_tar.pt");

  static Stream<GoldenFiles.Case> files() throws IOException {
    return GoldenFiles.of("pytorch").cases().filter(file -> Files.isRegularFile(file.path()));
  }

  static Stream<GoldenFiles.Case> readNow() throws IOException {
    return files().filter(file -> Set.of(2, 3).contains(file.expected().path("since").asInt()));
  }

  @ParameterizedTest
  @MethodSource("readNow")
  void endsAsExpected(GoldenFiles.Case file) throws IOException {
    switch (file.expected().path("statedict").asText()) {
      case "load" -> assertRight(file);
      case "reject" ->
          assertThrows(
              CheckpointException.class, () -> FORMATS.load(file.path(), LoadOptions.DEFAULT));
      default -> assertRightOrRefused(file);
    }
  }

  private static void assertRightOrRefused(GoldenFiles.Case file) throws IOException {
    try {
      assertRight(file);
    } catch (CheckpointException refused) {
      assertTrue(refused.getMessage().contains(file.name()), refused.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void laterKindsAreReadRightOrRefused(GoldenFiles.Case file) throws IOException {
    if (file.expected().path("since").asInt() > 3) {
      assertRightOrRefused(file);
    }
  }

  private static void assertRight(GoldenFiles.Case file) throws IOException {
    JsonNode root = file.expected().path("root");
    Value value = FORMATS.load(file.path(), LoadOptions.DEFAULT);
    if (WITH_STORAGE_VIEWS.contains(file.name())) {
      assertSharesItsStorage((Dict) value);
    } else if (!root.isMissingNode()) {
      assertEquals("", new TorchValueAssert().difference(root, value, "value"));
    }
    if (file.expected().has("tensors")) {
      assertListed(file);
    }
  }

  private static void assertSharesItsStorage(Dict value) {
    Tensor view = (Tensor) value.get("v").orElseThrow();
    Tensor whole = (Tensor) value.entries().values().iterator().next();
    assertSame(whole.storage(), view.storage());
    assertEquals(1, view.storageOffset());
  }

  private static void assertListed(GoldenFiles.Case file) throws IOException {
    for (LoadOptions.Reading reading : LoadOptions.Reading.values()) {
      try (Checkpoint open = FORMATS.open(file.path(), LoadOptions.DEFAULT.withReading(reading))) {
        List<String> listed = new ArrayList<>();
        open.tensors().keySet().forEach(name -> listed.add(line(name, open.tensor(name))));
        List<String> expected = new ArrayList<>();
        file.expected().path("tensors").forEach(t -> expected.add(line(t)));
        assertEquals(expected, listed);
      }
    }
  }

  private static String line(String name, Tensor tensor) {
    return "%s %s %s %s"
        .formatted(name, tensor.dtype(), tensor.shape().toList(), TorchValueAssert.sha256(tensor));
  }

  private static String line(JsonNode tensor) {
    List<Long> shape = new ArrayList<>();
    tensor.path("shape").forEach(dim -> shape.add(dim.asLong()));
    return "%s %s %s %s"
        .formatted(
            tensor.path("name").asText(),
            tensor.path("dtype").asText(),
            shape,
            tensor.path("sha256").asText());
  }
}
