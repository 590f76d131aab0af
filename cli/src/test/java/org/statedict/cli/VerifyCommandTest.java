package org.statedict.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.testkit.GoldenFiles;

class VerifyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private String saved(String name, Dict value) throws IOException {
    Path file = folder.resolve(name);
    Checkpoints.save(value, file);
    return file.toString();
  }

  @Test
  void warnsOfWhatLooksOdd() throws IOException {
    String file =
        saved(
            "odd.pt",
            Dict.of(
                "nan", Tensor.of(new float[] {1, Float.NaN, Float.POSITIVE_INFINITY}),
                "zero", Tensor.zeros(4),
                "part", Tensor.arange(4).slice(0, 1, 2)));
    Run run = Run.of("verify", "--json", file);
    assertEquals(0, run.exitCode(), run.err());
    JsonNode report = JSON.readTree(run.out());
    assertTrue(report.path("ok").asBoolean());
    assertEquals(
        List.of(
            "24 bytes of storages that no tensor uses; convert --compact drops them",
            "1 NaN",
            "1 infinities",
            "all 4 elements are 0"),
        report.path("findings").findValuesAsText("what"));
    assertEquals(1, Run.of("verify", "--strict", file).exitCode());
  }

  @Test
  void aFlippedBitOfAStorageIsFound() throws IOException {
    Path file = Path.of(saved("x.pt", Dict.of("w", Tensor.of(new float[] {1, 2, 3}))));
    byte[] content = Files.readAllBytes(file);
    int at =
        (int)
            Checkpoints.open(file)
                .tensors()
                .sequencedValues()
                .getFirst()
                .extent()
                .orElseThrow()
                .byteOffset();
    content[at] ^= 1;
    Files.write(file, content);
    Run run = Run.of("verify", "--json", file.toString());
    assertEquals(1, run.exitCode());
    JsonNode finding = JSON.readTree(run.out()).path("findings").path(0);
    assertEquals("error", finding.path("level").asText());
    assertEquals("x/data/0", finding.path("entry").asText());
    assertTrue(finding.path("what").asText().startsWith("checksum "), finding.toString());
  }

  @Test
  void aManifestIsTheSameForEveryFormat() throws IOException {
    Dict value = Dict.of("b", Tensor.ones(2), "a", Tensor.arange(3));
    Path manifest = folder.resolve("manifest");
    String pt = saved("x.pt", value);
    String safetensors = saved("x.safetensors", value);
    assertEquals(0, Run.of("verify", "--sha256-manifest", manifest.toString(), pt).exitCode());
    assertTrue(
        Files.readString(manifest)
            .startsWith("{\"name\":\"a\",\"dtype\":\"int64\",\"shape\":[3],"));
    Run same = Run.of("verify", "--sha256-manifest", manifest.toString(), safetensors);
    assertEquals(0, same.exitCode(), same.out());
    String other = saved("y.pt", Dict.of("b", Tensor.zeros(2), "a", Tensor.arange(3)));
    Run changed = Run.of("verify", "--sha256-manifest", manifest.toString(), other);
    assertEquals(1, changed.exitCode());
    assertTrue(changed.out().contains("error: differs from the manifest: + {"), changed.out());
  }

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    return GoldenFiles.of("hostile")
        .cases()
        .filter(c -> c.name().startsWith("pt/") || c.name().startsWith("safetensors/"))
        .filter(c -> !c.expected().has("setup"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void badFilesAreFindings(GoldenFiles.Case file) {
    Run run = Run.of("verify", file.path().toString());
    boolean refused = file.expected().path("load").asText().equals("reject");
    boolean either = file.expected().path("load_also_ok").size() > 0;
    boolean bomb = file.expected().path("attack").asText().equals("expansion-bomb");
    assertTrue(run.exitCode() == (refused ? 1 : 0) || either || bomb, run.out() + run.err());
    assertTrue(run.exitCode() <= 1, run.err());
  }

  @Test
  void aMissingFileIsNoFinding() {
    assertEquals(4, Run.of("verify", folder.resolve("absent.pt").toString()).exitCode());
  }
}
