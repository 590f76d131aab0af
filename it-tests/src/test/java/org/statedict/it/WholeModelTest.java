package org.statedict.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Objects;
import org.statedict.checkpoint.SaveOptions.Tree;
import org.statedict.nn.Layer;
import org.statedict.nn.NnModule;
import org.statedict.nn.TorchModules;
import org.statedict.tensor.Dict;
import org.statedict.tensor.NoGrad;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.Peer;

/// Nine whole models that PyTorch wrote: they compute PyTorch's numbers, before and after a way
/// through each format.
class WholeModelTest {
  private static final Dict GOLDEN = golden();
  private static final SaveOptions WHOLE =
      SaveOptions.DEFAULT.withObjects(Objects.KEEP).withTree(Tree.ALWAYS);

  private static final TorchModules MODULES =
      TorchModules.standard()
          .with("networks.Mlp", () -> new Networks.Mlp(4, 16, 3))
          .with("networks.ResNet", Networks.ResNet::new)
          .with("networks.Tagger", Networks.Tagger::new)
          .with("networks.Encoder", Networks.Encoder::new)
          .with("networks.Gpt", Networks.Gpt::new)
          .with("networks.Stack", Networks.Stack::new)
          .with("networks.Heads", Networks.Heads::new);

  @TempDir Path folder;

  private static Dict golden() {
    try {
      return Checkpoints.load(GoldenFiles.find("training").resolve("models.pt")).asDict();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> models() {
    return GOLDEN.at("models").asDict().entries().keySet().stream().map(Value::asText).toList();
  }

  private static void assertComputes(String name, NnModule net) {
    Tensor input = GOLDEN.at("inputs", name).asTensor();
    try (NoGrad _ = NoGrad.begin()) {
      assertClose(GOLDEN.at("training", name).asTensor(), ((Layer) net).forward(input));
    }
  }

  private static void assertComputesInUse(String name, NnModule net) {
    net.eval();
    Tensor input = GOLDEN.at("inputs", name).asTensor();
    try (NoGrad _ = NoGrad.begin()) {
      assertClose(GOLDEN.at("use", name).asTensor(), ((Layer) net).forward(input));
    }
  }

  private static void assertClose(Tensor expected, Tensor found) {
    double[] there = expected.toDoubleArray();
    double largest = Arrays.stream(there).map(Math::abs).max().orElseThrow();
    assertTrue(expected.allClose(found, 0, 1e-6 * Math.max(1, largest)), () -> "" + found);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelOfPyTorchsComputesTheSame(String name) {
    Value model = GOLDEN.at("models", name);
    assertComputesInUse(name, MODULES.build(model));
    NnModule net = MODULES.build(model);
    assertComputes(name, net);
    StateDict state = model.asStateDict();
    assertEquals(
        List.copyOf(state.tensors().keySet()), List.copyOf(net.stateDict().tensors().keySet()));
  }

  static Stream<Arguments> modelsAndFiles() {
    return models().stream()
        .flatMap(name ->
            Stream.of("m.pt", "m.safetensors", "m.h5", "m.onnx")
                .map(file -> Arguments.of(name, file)));
  }

  @ParameterizedTest(name = "{0} through {1}")
  @MethodSource("modelsAndFiles")
  void aWholeModelGoesThroughAnyFormat(String name, String file) throws IOException {
    Value described = TorchModules.describe(MODULES.build(GOLDEN.at("models", name)));
    Path path = folder.resolve(file);
    Checkpoints.save(described, path, WHOLE);
    Value loaded = Checkpoints.load(path);
    assertEquals("", Values.difference(described, loaded, Strictness.EVERYTHING));
    TorchModules registered =
        MODULES
            .with("__main__.MLP", () -> new Networks.Mlp(4, 16, 3))
            .with("__main__.ResNet", Networks.ResNet::new)
            .with("__main__.Tagger", Networks.Tagger::new)
            .with("__main__.Encoder", Networks.Encoder::new)
            .with("__main__.Gpt", Networks.Gpt::new)
            .with("__main__.Stack", Networks.Stack::new)
            .with("__main__.Heads", Networks.Heads::new);
    assertComputesInUse(name, registered.build(loaded));
  }

  @Test
  void pyTorchRunsWhatIsDescribedHere() throws IOException {
    Peer python = Peer.python("torch");
    List<Object> arguments = new ArrayList<>(List.of(GoldenFiles.find("training")));
    for (String name : models()) {
      Path file = folder.resolve(name + ".pt");
      Value described = TorchModules.describe(MODULES.build(GOLDEN.at("models", name)));
      Checkpoints.save(described, file, SaveOptions.DEFAULT.withObjects(Objects.KEEP));
      arguments.addAll(List.of(name, file));
    }
    try (InputStream in = WholeModelTest.class.getResourceAsStream("run_models.py")) {
      String script = new String(requireNonNull(in).readAllBytes(), UTF_8);
      assertEquals(models(), python.run(script, arguments.toArray()).lines().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aFlatFileGetsTheStateDict(String name) throws IOException {
    Value model = GOLDEN.at("models", name);
    Path path = folder.resolve("w.safetensors");
    Checkpoints.save(model, path);
    assertEquals(
        "",
        Values.difference(
            model.asStateDict(), Checkpoints.load(path).asStateDict(), Strictness.VALUES));
  }
}
