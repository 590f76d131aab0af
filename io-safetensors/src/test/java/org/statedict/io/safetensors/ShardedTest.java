package org.statedict.io.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Strictness;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.testkit.CaseSetup;
import org.statedict.testkit.GoldenFiles;

/// Checkpoints in several files, through their index.
class ShardedTest {
  private static final String INDEX = "model.safetensors.index.json";
  private static final LoadOptions STRICT = LoadOptions.DEFAULT.withStrictness(Strictness.STRICT);

  /// Oddities that a lenient reader forgives.
  private static final Set<String> FORGIVEN = Set.of("unlisted_tensor", "duplicate_across_shards");

  private static final Set<String> RIGHT = Set.of("wrong_total_size", "no_metadata");

  @TempDir Path temporary;

  @Test
  void readsAFolderThroughItsIndex() throws IOException {
    Path folder = GoldenFiles.find("safetensors").resolve("sharded");
    JsonNode expected = GoldenFiles.of("safetensors").expected().path("sharded");
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertEquals("safetensors", checkpoint.format());
      assertEquals("sharded", checkpoint.formatDetail());
      Set<String> names = new TreeSet<>();
      expected.path("tensors").forEach(t -> names.add(t.path("name").asText()));
      assertEquals(names, new TreeSet<>(checkpoint.tensors().keySet()));
      assertEquals(
          "", Values.difference(checkpoint.tree(), checkpoint.read(), Values.Strictness.VALUES));
    }
  }

  static Stream<String> oddFolders() throws IOException {
    List<String> names = new ArrayList<>();
    GoldenFiles.of("safetensors")
        .expected()
        .path("sharded_invalid")
        .fieldNames()
        .forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("oddFolders")
  void refusesWhatTheIndexAndItsShardsContradict(String name) throws IOException {
    Path index =
        GoldenFiles.find("safetensors").resolve("sharded_invalid").resolve(name).resolve(INDEX);
    if (RIGHT.contains(name)) {
      Checkpoints.open(index, STRICT).close();
      return;
    }
    assertThrows(CheckpointException.class, () -> Checkpoints.open(index, STRICT).close());
    if (FORGIVEN.contains(name)) {
      try (Checkpoint checkpoint = Checkpoints.open(index)) {
        assertTrue(!checkpoint.warnings().isEmpty(), "a warning is due");
      }
    } else {
      assertThrows(CheckpointException.class, () -> Checkpoints.open(index).close());
    }
  }

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    return GoldenFiles.of("hostile").cases().filter(c -> c.name().startsWith("sharded/"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void hostileIndexesAreRefusedOrRight(GoldenFiles.Case file) throws Exception {
    Path index = CaseSetup.copy(file, temporary, List.of("sharded", "safetensors"));
    List<String> allowed = new ArrayList<>();
    allowed.add(file.expected().path("load").asText());
    file.expected().path("load_also_ok").forEach(other -> allowed.add(other.asText()));
    try {
      Value value = Checkpoints.load(index);
      assertTrue(allowed.contains("load-safely"), "it loaded");
      for (Map.Entry<String, JsonNode> t : file.expected().path("tensors").properties()) {
        value.at(t.getKey()).asTensor();
      }
    } catch (CheckpointException refused) {
      assertTrue(allowed.contains("reject"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"weight_map\":3}", "not json"})
  void refusesWhatIsNoIndex(String text) throws IOException {
    Path index = Files.writeString(temporary.resolve(INDEX), text);
    assertThrows(CheckpointException.class, () -> Checkpoints.open(index).close());
  }
}
