package org.statedict.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.testkit.GoldenFiles;

/// What `convert` keeps of an ONNX model whose weights it writes anew.
class OnnxTemplateTest {
  @TempDir Path folder;

  private static String golden(String name) throws IOException {
    return GoldenFiles.find("onnx").resolve("valid").resolve(name).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runnable.onnx",
        "subgraphs.onnx",
        "training_and_functions.onnx",
        "names.onnx",
        "raw_bfloat16.onnx"
      })
  void fromModelToModelOnlyTheOrderOfFieldsChanges(String name) throws IOException {
    Path target = folder.resolve(name);
    Run run = Run.of("convert", golden(name), target.toString());
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(Files.size(Path.of(golden(name))), Files.size(target));
    Run.of("convert", "--onnx-all", golden(name), path("before.pt"));
    Run.of("convert", "--onnx-all", target.toString(), path("after.pt"));
    Run diff = Run.of("diff", "--strict", path("before.pt"), path("after.pt"));
    assertEquals("equal\n", diff.out(), diff.err());
  }

  @Test
  void aCastKeepsTheRest() throws IOException {
    Path target = folder.resolve("half.onnx");
    Run.of("convert", "--dtype", "float16", golden("subgraphs.onnx"), target.toString());
    Run all = Run.of("convert", "--onnx-all", target.toString(), path("all.safetensors"));
    assertEquals(0, all.exitCode(), all.err());
    assertTrue(
        Run.of("inspect", path("all.safetensors")).out().contains("choose/then_branch/w_yes"));
  }

  @Test
  void newNamesLoseTheGraphAndSaySo() throws IOException {
    Run run = Run.of("convert", "--rename", "^w$=v", golden("runnable.onnx"), path("renamed.onnx"));
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("lost: the graph around the weights"), run.err());
  }

  @Test
  void newValuesGoIntoATemplate() throws IOException {
    Checkpoints.save(
        Dict.of("w", Tensor.of(new float[] {7}), "other", Tensor.ones(2)),
        folder.resolve("new.safetensors"));
    String target = path("out.onnx");
    Run run =
        Run.of("convert", "--template", golden("runnable.onnx"), path("new.safetensors"), target);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("lost: 'other', which the template does not have"), run.err());
    Dict found = Checkpoints.load(Path.of(target)).asDict();
    assertArrayEquals(new float[] {7}, found.get("w").orElseThrow().asTensor().toFloatArray());
    assertArrayEquals(new long[] {5, -6}, found.get("i").orElseThrow().asTensor().toLongArray());
  }

  @Test
  void anotherShapeIsRefusedWithBoth() throws IOException {
    Checkpoints.save(Dict.of("w", Tensor.ones(3)), folder.resolve("new.safetensors"));
    Run run =
        Run.of(
            "convert",
            "--template",
            golden("runnable.onnx"),
            path("new.safetensors"),
            path("out.onnx"));
    assertEquals(3, run.exitCode());
    assertTrue(run.err().contains("'w' has the shape [3], the template's has [1]"), run.err());
  }

  @Test
  void dataBesideTheModelWhenAsked() throws IOException {
    Checkpoints.save(Dict.of("w", Tensor.ones(3)), folder.resolve("new.safetensors"));
    Run run =
        Run.of("convert", "--external-data", "always", path("new.safetensors"), path("out.onnx"));
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(12, Files.size(folder.resolve("out.onnx.data")));
    assertTrue(
        new String(Files.readAllBytes(folder.resolve("out.onnx")), StandardCharsets.ISO_8859_1)
            .contains("out.onnx.data"));
    assertEquals(0, Run.of("diff", path("new.safetensors"), path("out.onnx")).exitCode());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
