package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Values.Strictness;
import org.statedict.testkit.TensorAssert;

/// The programs in `examples/` and in the README do what they say.
class ExamplesTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void convertExampleMakesAnEqualFile() throws Exception {
    Path mlp = root().resolve("examples/mlp.pt");
    Path target = folder.resolve("mlp.safetensors");
    assertEquals(
        mlp + " is now " + target + "\n", run(example("ConvertExample.java"), mlp, target));
    TensorAssert.assertSame(Checkpoints.load(mlp), Checkpoints.load(target), Strictness.VALUES);
  }

  @Test
  void readExamplePrintsWhatPyTorchPrints() throws Exception {
    assertEquals(
        """
        hidden.weight float32 [2, 3]
        hidden.bias float32 [2]
        output.weight float32 [1, 2]
        output.bias float32 [1]
        hidden.bias = tensor([-0.1188,  0.2937])
        """,
        run(example("ReadExample.java"), root().resolve("examples/mlp.pt")));
  }

  @Test
  void tutorialExampleDoesTheChapter() throws Exception {
    String printed = run(example("TutorialExample.java"), folder);
    assertTrue(
        printed.startsWith(
            """
            tensor([1., 1., 1.])
            [tensor([1., 1., 1.]), tensor([0., 0., 0., 0.])]
            {x=tensor([1., 1., 1.]), y=tensor([0., 0., 0., 0.])}
            MLP(
              (hidden): Linear(in_features=3, out_features=2, bias=True)
              (act): ReLU()
              (output): Linear(in_features=2, out_features=1, bias=True)
            )
            hidden.weight tensor([[-0.0043,  0.3097, -0.4752],
                    [-0.4249, -0.2224,  0.1548]])
            hidden.bias tensor([-0.0114,  0.4578])
            """),
        printed);
    assertTrue(
        printed.endsWith(
            """
            net.pt tensor([True, True])
            net.safetensors tensor([True, True])
            net.h5 tensor([True, True])
            net.onnx tensor([True, True])
            """),
        printed);
  }

  @Test
  void programsOfTheReadmeRun() throws Exception {
    Files.createDirectory(folder.resolve("examples"));
    Files.copy(root().resolve("examples/mlp.pt"), folder.resolve("examples/mlp.pt"));
    StringBuilder printed = new StringBuilder();
    String readme = Files.readString(root().resolve("README.md"));
    List<String> programs =
        JAVA_BLOCK.matcher(readme).results().map(block -> block.group(1)).toList();
    for (String program : programs) {
      printed.append(run(Files.writeString(folder.resolve("Example.java"), program)));
    }
    assertEquals(4, programs.size());
    assertTrue(printed.toString().contains("hidden.weight float32[2, 3]\n"), printed::toString);
    assertTrue(printed.toString().contains("tensor([-0.1188,  0.2937])\n"), printed::toString);
    assertTrue(
        printed.toString().endsWith("\n0.001\n<All keys matched successfully>\n"),
        printed::toString);
    assertTrue(Files.exists(folder.resolve("mlp.safetensors")));
  }

  /// Runs a program from its source, as the README says, and returns what it prints.
  private String run(Path source, Path... arguments) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    List<String> line = new ArrayList<>(List.of(java, "-cp", classPath, source.toString()));
    for (Path argument : arguments) {
      line.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true).start();
    byte[] printed = process.getInputStream().readAllBytes();
    String text = new String(printed, StandardCharsets.UTF_8).replace("\r\n", "\n");
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  private static Path example(String name) throws IOException {
    return root().resolve("examples").resolve(name);
  }

  private static Path root() throws IOException {
    for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
      if (Files.exists(above.resolve("examples/mlp.pt"))) {
        return above;
      }
    }
    throw new NoSuchFileException("examples/mlp.pt");
  }
}
