package org.statedict.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.testkit.GoldenFiles;

/// The command over files that PyTorch wrote, and over files made to harm.
class CommandGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> READ_NOW =
      Set.of("pt", "pickle", "safetensors", "sharded", "other", "onnx");

  @TempDir Path folder;

  static Stream<GoldenFiles.Case> withTensors() throws IOException {
    return GoldenFiles.of("pytorch")
        .cases()
        .filter(c -> Set.of(2, 3).contains(c.expected().path("since").asInt()))
        .filter(c -> c.expected().has("tensors"))
        .filter(c -> c.expected().path("statedict").asText().equals("load"));
  }

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    return GoldenFiles.of("hostile")
        .cases()
        .filter(c -> READ_NOW.contains(c.name().substring(0, c.name().indexOf('/'))))
        .filter(c -> !c.expected().has("setup"));
  }

  @ParameterizedTest
  @MethodSource("withTensors")
  void listsExactlyTheTensors(GoldenFiles.Case file) throws IOException {
    Run run = Run.of("inspect", "--json", "--digest", file.path().toString());
    assertEquals(0, run.exitCode(), run.err());
    JsonNode found = JSON.readTree(run.out());
    List<String> listed = new ArrayList<>();
    found.path("tensors").forEach(tensor -> listed.add(line(tensor)));
    List<String> expected = new ArrayList<>();
    file.expected().path("tensors").forEach(tensor -> expected.add(line(tensor)));
    assertEquals(expected, listed);
    assertEquals(expected.size(), found.path("tensorCount").asInt());
  }

  private static String line(JsonNode tensor) {
    return "%s %s %s %s"
        .formatted(
            tensor.path("name"), tensor.path("dtype"), tensor.path("shape"), tensor.path("sha256"));
  }

  @ParameterizedTest
  @MethodSource("withTensors")
  void convertsToSafetensorsAndFindsNoDifference(GoldenFiles.Case file) {
    Path target = folder.resolve("converted.safetensors");
    Run convert = Run.of("convert", "--sync", "none", file.path().toString(), target.toString());
    assertEquals(0, convert.exitCode(), convert.err());
    Run diff = Run.of("diff", file.path().toString(), target.toString());
    assertEquals("equal\n", diff.out());
    assertEquals(0, diff.exitCode(), diff.err());
  }

  @ParameterizedTest
  @MethodSource("withTensors")
  void withTreeAndStoragesNothingDiffers(GoldenFiles.Case file) {
    Path target = folder.resolve("converted.safetensors");
    Run convert =
        Run.of(
            "convert",
            "--sync",
            "none",
            "--tree",
            "always",
            "--storages",
            "keep",
            file.path().toString(),
            target.toString());
    assertEquals(0, convert.exitCode(), convert.err());
    Run diff = Run.of("diff", "--strict", file.path().toString(), target.toString());
    assertEquals("equal\n", diff.out(), diff.err());
  }

  /// view_only.pt has three of twelve float32, as elements 2, 3 and 4.
  @Test
  void saysHowManyBytesNoTensorUses() throws IOException {
    Path file = GoldenFiles.find("pytorch").resolve("view_only.pt");
    String note = "36 bytes of storages that no tensor uses; convert --compact drops them";
    assertTrue(Run.of("inspect", file.toString()).out().contains("  note: " + note + "\n"));
    Path target = folder.resolve("view_only.pt");
    Run.of("convert", "--compact", "--sync", "none", file.toString(), target.toString());
    assertFalse(Run.of("inspect", target.toString()).out().contains("note:"));
    assertEquals(0, Run.of("diff", file.toString(), target.toString()).exitCode());
  }

  static Stream<GoldenFiles.Case> savedByPyTorch() throws IOException {
    GoldenFiles golden = GoldenFiles.of("pytorch");
    JsonNode others = golden.expected("not-resaved.json");
    return golden
        .cases()
        .filter(c -> Set.of(2, 3).contains(c.expected().path("since").asInt()))
        .filter(c -> others.propertyStream().noneMatch(o -> c.name().startsWith(o.getKey())));
  }

  @ParameterizedTest
  @MethodSource("savedByPyTorch")
  void convertsToTheSameBytes(GoldenFiles.Case file) throws IOException {
    Path target = folder.resolve(file.name());
    Run convert =
        Run.of(
            "convert",
            "--sync",
            "none",
            "--keep-objects",
            "--tree",
            "always",
            file.path().toString(),
            target.toString());
    assertEquals(0, convert.exitCode(), convert.err());
    assertEquals(-1, Files.mismatch(file.path(), target), "the first byte that differs");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void hostileFilesEndAsTheCorpusSays(GoldenFiles.Case file) throws IOException {
    List<String> allowed = new ArrayList<>();
    allowed.add(file.expected().path("load").asText());
    file.expected().path("load_also_ok").forEach(other -> allowed.add(other.asText()));
    Path target = folder.resolve("converted.safetensors");
    assertOutcome(file, allowed, Run.of("inspect", "--json", "--digest", file.path().toString()));
    Run convert = Run.of("convert", "--sync", "none", file.path().toString(), target.toString());
    assertOutcome(file, allowed, convert);
    if (convert.exitCode() != 0) {
      try (Stream<Path> left = Files.list(folder)) {
        assertEquals(List.of(), left.toList(), "nothing is left behind");
      }
    }
  }

  private static void assertOutcome(GoldenFiles.Case file, List<String> allowed, Run run) {
    assertFalse(run.err().contains("\tat "), run.err());
    if (run.exitCode() == 0) {
      assertTrue(allowed.contains("load-safely"), "it loaded");
      return;
    }
    assertTrue(allowed.contains("reject"), run.err());
    assertEquals(ExitCode.BAD_FILE, run.exitCode(), run.err());
    String name = file.path().getFileName().toString();
    boolean shard = file.name().startsWith("sharded/");
    assertTrue(shard || run.err().contains(name), run.err());
    assertNotEquals("", run.err());
  }
}
