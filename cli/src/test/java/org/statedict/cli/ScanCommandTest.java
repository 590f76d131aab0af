package org.statedict.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.testkit.GoldenFiles;

/// `scan` over files made to harm, and over what is harmless.
class ScanCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> READ_NOW =
      Set.of("pt", "pickle", "safetensors", "sharded", "other", "onnx");

  static Stream<GoldenFiles.Case> hostile() throws IOException {
    return GoldenFiles.of("hostile")
        .cases()
        .filter(c -> READ_NOW.contains(c.name().substring(0, c.name().indexOf('/'))))
        .filter(c -> !c.expected().has("setup"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void verdictAndNamesAreThoseOfTheCorpus(GoldenFiles.Case file) throws IOException {
    Run run = Run.of("scan", "--json", file.path().toString());
    JsonNode report = JSON.readTree(run.out());
    JsonNode expected = file.expected().path("scan");
    List<String> accepted = new ArrayList<>();
    expected.path("accept").forEach(verdict -> accepted.add(verdict.asText()));
    String verdict = report.path("verdict").asText();
    assertTrue(accepted.contains(verdict), () -> verdict + ": " + run.out() + run.err());
    assertEquals(verdict.equals("safe") ? 0 : 1, run.exitCode());
    Set<String> names = new HashSet<>();
    report.path("globals").forEach(global -> names.add(global.path("name").asText()));
    for (JsonNode name : expected.path("globals")) {
      assertTrue(names.contains(name.asText()), () -> name + " is not among " + names);
    }
  }

  @Test
  void textNamesTheEntryAndTheByte() throws IOException {
    Path file = GoldenFiles.find("hostile").resolve("pt/reduce_os_system.pt");
    Run run = Run.of("scan", file.toString());
    assertTrue(run.out().startsWith(file + ": pt, dangerous\n"), run.out());
    assertTrue(
        run.out().contains("  dangerous: names os.system  (archive/data.pkl byte 145)\n"),
        run.out());
  }

  @Test
  void namesAreShownWithoutControlCharacters() throws IOException {
    Path file = GoldenFiles.find("hostile").resolve("pt/global_name_control_chars.pt");
    assertFalse(Run.of("scan", file.toString()).out().contains("\u001b"));
  }

  @Test
  void sarifHoldsEveryFile() throws IOException {
    Path folder = GoldenFiles.find("hostile").resolve("pickle");
    Run run = Run.of("scan", "--sarif", "-r", folder.toString());
    JsonNode log = JSON.readTree(run.out());
    assertEquals("2.1.0", log.path("version").asText());
    Set<String> files = new HashSet<>();
    log.at("/runs/0/results")
        .forEach(
            r -> files.add(r.at("/locations/0/physicalLocation/artifactLocation/uri").asText()));
    assertTrue(files.size() > 10, files.toString());
    assertEquals(1, run.exitCode());
  }

  @Test
  void whatPyTorchSavesIsSafe() throws IOException {
    Path golden = GoldenFiles.find("pytorch");
    for (String name : List.of("net.pt", "views.pt", "legacy.pt", "training_checkpoint.pt")) {
      Run run = Run.of("scan", golden.resolve(name).toString());
      assertEquals(0, run.exitCode(), run.out());
    }
  }
}
