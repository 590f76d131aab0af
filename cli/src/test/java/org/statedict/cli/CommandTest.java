package org.statedict.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// The contract of the command: options, exit codes, and the keys that scripts rely on.
class CommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private String model = "";

  @BeforeEach
  void save() throws IOException {
    Dict state =
        Dict.of(
            "fc.weight", Tensor.of(new float[] {1, 2, 3, Float.NaN, 5, 6}, 2, 3),
            "fc.bias", Tensor.of(new float[] {0, -1}));
    Value root = Dict.of("epoch", 3, "model", state, "big", Double.POSITIVE_INFINITY);
    Path file = folder.resolve("model.pt");
    Checkpoints.save(root, file);
    model = file.toString();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void inspectShowsAWholeModelAsATree() throws IOException {
    Run run = Run.of("inspect", GoldenFiles.find("pytorch").resolve("net_module.pt").toString());
    assertEquals(
        """
          MLP(
            (hidden): Linear(in_features=3, out_features=2)
            (act): ReLU(inplace=False)
            (output): Linear(in_features=2, out_features=1)
          )
        """,
        run.out().lines().skip(5).limit(5).map(line -> line + "\n").collect(Collectors.joining()));
  }

  @Test
  void convertStoresTheStateDictOfAWholeModel() throws IOException {
    String source = GoldenFiles.find("pytorch").resolve("lstm_module.pt").toString();
    String target = path("lstm.safetensors");
    Run run = Run.of("convert", source, target);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("the model's classes and hyper-parameters"), run.err());
    assertEquals(16, json("inspect", "--json", target).path("tensorCount").asInt());
  }

  @Test
  void inspectPrintsKeysInTheirOrder() throws IOException {
    Run run = Run.of("inspect", "--json", "--digest", model);
    JsonNode found = JSON.readTree(run.out());
    assertEquals(
        List.of(
            "file",
            "format",
            "formatDetail",
            "tensors",
            "values",
            "metadata",
            "tensorCount",
            "elementCount",
            "byteSize"),
        keys(found));
    assertEquals(
        List.of(
            "name",
            "dtype",
            "shape",
            "byteSize",
            "storage",
            "strides",
            "storageOffset",
            "requiresGrad",
            "device",
            "file",
            "byteOffset",
            "sha256"),
        keys(found.path("tensors").get(0)));
    assertEquals("{\"epoch\":3,\"big\":{\"$float\":\"inf\"}}", found.path("values").toString());
    assertEquals(32, found.path("byteSize").asInt());
  }

  @Test
  void oneBadFileDoesNotStopTheRest() {
    Run run = Run.of("inspect", path("absent.pt"), model);
    assertEquals(ExitCode.IO, run.exitCode());
    assertTrue(run.out().contains("fc.weight"), run.out());
    assertTrue(run.err().contains("absent.pt: no such file"), run.err());
  }

  @Test
  void readsStandardInput() throws IOException {
    Run run = Run.with(Files.readAllBytes(Path.of(model)), Map.of(), "ls", "-");
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains("model.fc.bias"), run.out());
  }

  @Test
  void showsATensorAsPyTorchPrintsIt() {
    Run run = Run.of("show", model, "model.fc.weight", "--slice", "1,:2");
    assertTrue(run.out().startsWith("tensor([nan, 5.])\n"), run.out());
    JsonNode json = json("show", "--json", model, "model.fc.weight");
    assertEquals(1, json.path("nan").asInt());
    assertEquals(6, json.path("max").asInt());
    assertEquals(
        "{\"name\":\"epoch\",\"value\":3}", Run.of("show", "--json", model, "epoch").out().strip());
  }

  private static JsonNode json(String... args) {
    Run run = Run.of(args);
    try {
      return JSON.readTree(run.out());
    } catch (IOException e) {
      throw new AssertionError(run.toString(), e);
    }
  }

  @Test
  void convertSelectsRenamesAndCasts() throws IOException {
    String target = path("out.safetensors");
    Run run =
        Run.of(
            "convert",
            model,
            target,
            "--json",
            "--select",
            "model",
            "--rename",
            "^fc\\.=head.",
            "--exclude",
            "bias",
            "--dtype",
            "float16",
            "--metadata",
            "who=me");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(
        List.of("source", "target", "files", "tensorCount", "byteSize", "seconds", "lost"),
        keys(JSON.readTree(run.out())));
    Value value = Checkpoints.load(Path.of(target));
    assertEquals(1, value.asDict().size());
    assertEquals(DType.FLOAT16, value.at("head.weight").asTensor().dtype());
    assertEquals("me", json("inspect", "--json", target).path("metadata").path("who").asText());
  }

  @Test
  void convertDoesNotReplaceWithoutForce() throws IOException {
    Path target = Files.writeString(folder.resolve("out.safetensors"), "mine");
    assertEquals(ExitCode.USAGE, Run.of("convert", model, target.toString()).exitCode());
    assertEquals("mine", Files.readString(target));
    assertEquals(0, Run.of("convert", "--force", model, target.toString()).exitCode());
  }

  @Test
  void dryRunWritesNothing() {
    Run run = Run.of("convert", "--dry-run", model, path("out.safetensors"));
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().startsWith("out.safetensors "), run.out());
    assertFalse(Files.exists(folder.resolve("out.safetensors")));
  }

  @Test
  void diffTellsWhatDiffers() throws IOException {
    Dict other =
        Dict.of(
            "fc.weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 8}, 2, 3),
            "fc.scale", Tensor.ones(1));
    Checkpoints.save(Dict.of("epoch", 4, "model", other), folder.resolve("other.pt"));
    JsonNode found = json("diff", "--json", model, path("other.pt"));
    assertEquals(List.of("a", "b", "equal", "missing", "added", "changed"), keys(found));
    assertEquals("[\"model.fc.bias\",\"big\"]", found.path("missing").toString());
    assertEquals("[\"model.fc.scale\"]", found.path("added").toString());
    assertEquals("epoch", found.path("changed").get(0).path("name").asText());
    assertEquals(2, found.path("changed").get(1).path("count").asInt());
    assertEquals(ExitCode.FOUND, Run.of("diff", model, path("other.pt")).exitCode());
  }

  @Test
  void diffAcceptsWhatIsWithinTolerance() throws IOException {
    Checkpoints.save(Tensor.of(new float[] {1f, 2f}), folder.resolve("a.pt"));
    Checkpoints.save(Tensor.of(new float[] {1.001f, 2f}), folder.resolve("b.pt"));
    assertEquals(ExitCode.FOUND, Run.of("diff", path("a.pt"), path("b.pt")).exitCode());
    Run close = Run.of("diff", "--atol", "0.01", path("a.pt"), path("b.pt"));
    assertEquals(0, close.exitCode(), close.out());
  }

  @Test
  void convertTurnsKerasLayersIntoThoseOfPyTorch() throws IOException {
    String keras = GoldenFiles.find("hdf5").resolve("keras3.keras").toString();
    Run run = Run.of("convert", "--keras-to-torch", keras, path("out.pt"));
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("lost: the optimizer's state"), run.err());
    try (Checkpoint out = Checkpoints.open(folder.resolve("out.pt"))) {
      assertEquals(Shape.of(3, 2, 2, 2), out.tensor("conv.weight").shape());
    }
    Run none = Run.of("convert", "--keras-to-torch", model, path("none.pt"));
    assertEquals(ExitCode.BAD_FILE, none.exitCode(), none.err());
  }

  @Test
  void convertDeflatesOnRequest() throws IOException {
    Checkpoints.save(Dict.of("x", Tensor.arange(100_000)), folder.resolve("x.pt"));
    for (String gzip : List.of("--gzip", "--gzip=9")) {
      Run run = Run.of("convert", "--force", gzip, path("x.pt"), path("x.h5"));
      assertEquals(0, run.exitCode(), run.err());
      assertTrue(Files.size(folder.resolve("x.h5")) < 100_000);
    }
    assertEquals(
        ExitCode.USAGE, Run.of("convert", "--gzip=12", path("x.pt"), path("y.h5")).exitCode());
  }

  @ParameterizedTest
  @CsvSource({"convert,--no-crc", "convert,--max-shard-size=5GB"})
  void whatALaterStepBringsSaysSo(String command, String option) {
    Run run = Run.of(command, option, model, path("out.safetensors"));
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.err().contains("later step"), run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect --nonsense X",
        "inspect",
        "nonsense X",
        "show X absent",
        "convert X out.unknown",
        "inspect --limit rank X",
        "inspect --option pt.none=1 X",
        "inspect --from gguf X",
        "inspect --color sometimes X"
      })
  void wrongUsageIsTwo(String line) {
    String[] args = line.replace("X", model).replace("out.", path("out.")).split(" ", -1);
    Run run = Run.of(args);
    assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
    assertTrue(run.err().startsWith("statedict: "), run.err());
  }

  @Test
  void limitsComeFromTheEnvironmentAndTheCommandLineWins() {
    Map<String, String> tight = Map.of("STATEDICT_LIMITS", "rank=1");
    assertEquals(ExitCode.BAD_FILE, Run.with(new byte[0], tight, "inspect", model).exitCode());
    assertEquals(0, Run.with(new byte[0], tight, "inspect", "--limit", "rank=2", model).exitCode());
  }

  @Test
  void onlyDebugPrintsAStackTrace() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.pt"), "PK\u0003\u0004");
    assertFalse(Run.of("inspect", bad.toString()).err().contains("\tat "));
    assertTrue(Run.of("inspect", "--debug", bad.toString()).err().contains("\tat "));
  }

  @Test
  void formatsListsWhatIsInstalled() throws IOException {
    Run run = Run.of("formats", "--json");
    String pt =
        "{\"name\":\"pt\",\"endings\":[\".pt\",\".pth\",\".bin\",\".ckpt\"],\"canRead\":true,\"canWrite\":true}";
    assertTrue(run.out().lines().anyMatch(pt::equals), run.out());
  }

  @Test
  void namesFromFilesAreEscaped() throws IOException {
    Checkpoints.save(Dict.of("a\u001b[2Jb", Tensor.ones(1)), folder.resolve("odd.pt"));
    Run run = Run.of("inspect", path("odd.pt"));
    assertTrue(run.out().contains("a\\u001b[2Jb"), run.out());
  }
}
