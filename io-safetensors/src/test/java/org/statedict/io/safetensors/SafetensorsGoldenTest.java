package org.statedict.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
import org.statedict.checkpoint.SaveOptions;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;
import org.statedict.testkit.GoldenFiles;

/// Files of the reference writer and files that break one rule each.
class SafetensorsGoldenTest {
  private static final Formats FORMATS = Formats.of(List.of(new SafetensorsFormat()));

  /// What other readers forgive and we do not: `advice` in expected.json says refuse or either.
  private static final Set<String> REFUSED_ODD =
      Set.of(
          "leading_space.safetensors",
          "leading_newline.safetensors",
          "duplicate_tensor.safetensors",
          "duplicate_metadata_key.safetensors",
          "duplicate_unknown_field.safetensors",
          "info_as_array.safetensors",
          "dtype_as_object.safetensors",
          "huge_dim_zero_size.safetensors",
          "depth_127.safetensors");

  /// Cannot be asked for: an empty `__metadata__`, and metadata without the `format` that we add.
  private static final Set<String> NOT_ASKED_FOR =
      Set.of("metadata_empty.safetensors", "metadata_only.safetensors");

  /// Described by a rule instead of a list; see [#readsAThousandTensors()].
  private static final String THOUSAND = "many_1000.safetensors";

  @TempDir Path folder;

  static Stream<GoldenFiles.Case> valid() throws IOException {
    return GoldenFiles.of("safetensors").cases("valid", "valid");
  }

  static Stream<GoldenFiles.Case> odd() throws IOException {
    return GoldenFiles.of("safetensors").cases("odd", "odd");
  }

  static Stream<GoldenFiles.Case> invalid() throws IOException {
    return GoldenFiles.of("safetensors").cases("invalid", "invalid");
  }

  static Stream<GoldenFiles.Case> canonical() throws IOException {
    return valid()
        .filter(file -> file.expected().path("canonical").asBoolean())
        .filter(file -> !NOT_ASKED_FOR.contains(file.name()));
  }

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    return GoldenFiles.of("hostile").cases().filter(c -> c.name().startsWith("safetensors/"));
  }

  @ParameterizedTest
  @MethodSource("valid")
  void readsWhatTheReferenceReads(GoldenFiles.Case file) throws IOException {
    if (!file.name().equals(THOUSAND)) {
      assertContent(file.path(), file.expected());
    }
  }

  @Test
  void readsAThousandTensors() throws IOException {
    Path path = GoldenFiles.find("safetensors").resolve("valid").resolve(THOUSAND);
    try (Checkpoint checkpoint = FORMATS.open(path, LoadOptions.DEFAULT)) {
      assertEquals(1000, checkpoint.tensors().size());
      for (int i = 0; i < 1000; i++) {
        assertEquals(i % 251, checkpoint.tensor("t%03d".formatted(i)).item());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("odd")
  void decidesOddFilesAsAdvised(GoldenFiles.Case file) throws IOException {
    if (REFUSED_ODD.contains(file.name())) {
      assertRefused(file.path());
    } else {
      assertContent(file.path(), file.expected().path("reference_reads"));
    }
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void refusesWhatTheReferenceRefuses(GoldenFiles.Case file) {
    assertRefused(file.path());
  }

  private static void assertRefused(Path path) {
    var error =
        assertThrows(CheckpointException.class, () -> FORMATS.load(path, LoadOptions.DEFAULT));
    assertTrue(error.getMessage().contains(path.toString()), error.getMessage());
  }

  private static void assertContent(Path path, JsonNode expected) throws IOException {
    try (Checkpoint checkpoint = FORMATS.open(path, LoadOptions.DEFAULT)) {
      Map<String, String> found = new TreeMap<>();
      checkpoint.tensors().keySet().forEach(n -> found.put(n, line(checkpoint.tensor(n))));
      Map<String, String> wanted = new TreeMap<>();
      expected.path("tensors").forEach(t -> wanted.put(t.path("name").asText(), line(t)));
      assertEquals(wanted, found);
      Map<String, String> metadata = new TreeMap<>();
      expected
          .path("metadata")
          .propertyStream()
          .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      assertEquals(metadata, new TreeMap<>(checkpoint.metadata()));
    }
  }

  private static String line(Tensor tensor) {
    return "%s %s %s"
        .formatted(SafetensorsDTypes.name(tensor.dtype()), tensor.shape().toList(), sha256(tensor));
  }

  private static String line(JsonNode tensor) {
    List<Long> shape = new ArrayList<>();
    tensor.path("shape").forEach(dim -> shape.add(dim.asLong()));
    return "%s %s %s"
        .formatted(tensor.path("dtype").asText(), shape, tensor.path("sha256").asText());
  }

  private static String sha256(Tensor tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.byteSize())];
    TensorBytes.of(tensor).copyTo(0, MemorySegment.ofArray(bytes));
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("canonical")
  void writesTheSameBytesAsTheReference(GoldenFiles.Case file) throws IOException {
    Path copy = folder.resolve(file.name());
    SaveOptions options = SaveOptions.DEFAULT;
    for (Map.Entry<String, JsonNode> entry : file.expected().path("metadata").properties()) {
      options = options.withMetadata(entry.getKey(), entry.getValue().asText());
    }
    FORMATS.save(FORMATS.load(file.path(), LoadOptions.DEFAULT), copy, options);
    assertArrayEquals(Files.readAllBytes(file.path()), Files.readAllBytes(copy));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void hostileFilesAreRefusedOrRight(GoldenFiles.Case file) throws IOException {
    List<String> allowed = new ArrayList<>();
    allowed.add(file.expected().path("load").asText());
    file.expected().path("load_also_ok").forEach(other -> allowed.add(other.asText()));
    try (Checkpoint checkpoint = FORMATS.open(file.path(), LoadOptions.DEFAULT)) {
      assertTrue(allowed.contains("load-safely"), "it loaded");
      for (Map.Entry<String, JsonNode> expected : file.expected().path("tensors").properties()) {
        Tensor found = checkpoint.tensor(expected.getKey());
        assertEquals(expected.getValue().path("sha256").asText(), sha256(found));
      }
    } catch (CheckpointException refused) {
      assertTrue(allowed.contains("reject"), refused.getMessage());
    }
  }
}
