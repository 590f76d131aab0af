package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.nn.ClassLosses;
import org.statedict.optim.Hyper;
import org.statedict.optim.Sgd;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Every step of the tutorial's chapter on saving and loading; where PyTorch wrote the same, the
/// files are its files to the last byte.
class TutorialTest {
  @TempDir Path folder;

  private static Networks.Mlp mlp() {
    Generator.DEFAULT.manualSeed(0);
    return new Networks.Mlp(3, 2, 1);
  }

  /// Saves under the name that PyTorch's file has: it stands in the zip.
  private void assertPyTorchsFile(Value value, String name) throws IOException {
    Path ours = folder.resolve(name);
    Checkpoints.save(value, ours);
    Path theirs = GoldenFiles.find("pytorch").resolve(name);
    assertArrayEquals(Files.readAllBytes(theirs), Files.readAllBytes(ours), name);
  }

  @Test
  void aTensorIsSavedAndLoaded() throws IOException {
    assertPyTorchsFile(Tensor.ones(3), "x.pt");
    assertEquals("tensor([1., 1., 1.])", Checkpoints.load(folder.resolve("x.pt")).toString());
  }

  @Test
  void aListIsSavedAndLoaded() throws IOException {
    assertPyTorchsFile(Seq.of(Tensor.ones(3), Tensor.zeros(2, 3)), "xy_list.pt");
    assertEquals(
        List.of("tensor([1., 1., 1.])", "tensor([[0., 0., 0.],\n        [0., 0., 0.]])"),
        Checkpoints.load(folder.resolve("xy_list.pt")).asList().stream()
            .map(Value::toString)
            .toList());
  }

  @Test
  void aDictIsSavedAndLoaded() throws IOException {
    assertPyTorchsFile(Dict.of("x", Tensor.ones(3), "y", Tensor.zeros(2, 3)), "xy_dict.pt");
    Value loaded = Checkpoints.load(folder.resolve("xy_dict.pt"));
    assertEquals("[x, y]", loaded.asDict().entries().keySet().toString());
  }

  @Test
  void aNetworkFromTheSameSeedIsTheSameFile() throws IOException {
    assertPyTorchsFile(mlp().stateDict(), "net.pt");
  }

  @Test
  void anOptimizersStateHasPyTorchsKeys() {
    Sgd optimizer = new Sgd(mlp().parameters(), Hyper.lr(0.001).with("momentum", 0.9));
    SequencedMap<Value, Value> group =
        optimizer.stateDict().at("param_groups", 0).asDict().entries();
    assertEquals(
        "[lr, momentum, dampening, weight_decay, nesterov, maximize, foreach, differentiable, fused, params]",
        group.keySet().toString());
    assertEquals(0, optimizer.stateDict().at("state").asDict().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.pt", "net.safetensors", "net.h5", "net.onnx"})
  void aLoadedNetworkComputesTheSame(String file) throws IOException {
    Networks.Mlp net = mlp();
    Tensor x = Generator.DEFAULT.randn(2, 3);
    Tensor y = net.forward(x);
    Checkpoints.save(net.stateDict(), folder.resolve(file));
    Networks.Mlp net2 = new Networks.Mlp(3, 2, 1);
    net2.loadStateDict(Checkpoints.load(folder.resolve(file)).asStateDict());
    Tensor same = net2.forward(x).eq(y);
    assertEquals("tensor([[True],\n        [True]])", same.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ckpt.pt", "ckpt.safetensors", "ckpt.h5", "ckpt.onnx"})
  void aTrainedNetworkAndItsOptimizerComeBack(String file) throws IOException {
    Networks.Mlp net = mlp();
    Sgd optimizer = new Sgd(net.parameters(), Hyper.lr(0.1).with("momentum", 0.9));
    train(net, optimizer);
    Checkpoints.save(
        Dict.of("epoch", 12, "model", net.stateDict(), "optimizer", optimizer.stateDict()),
        folder.resolve(file));
    Value loaded = Checkpoints.load(folder.resolve(file));
    Networks.Mlp net2 = new Networks.Mlp(3, 2, 1);
    Sgd optimizer2 = new Sgd(net2.parameters(), Hyper.DEFAULT);
    net2.loadStateDict(loaded.at("model").asStateDict());
    optimizer2.loadStateDict(loaded.at("optimizer").asDict());
    assertEquals(12, loaded.at("epoch").asLong());
    train(net, optimizer);
    train(net2, optimizer2);
    net.stateDict()
        .tensors()
        .forEach(
            (name, tensor) -> assertTrue(tensor.sameBits(net2.stateDict().tensor(name)), name));
  }

  private static void train(Networks.Mlp net, Sgd optimizer) {
    Tensor x = Tensor.of(new float[] {1, 2, 3, -1, 0, 2}, 2, 3);
    optimizer.zeroGrad();
    Tensor scores = Tensor.cat(1, List.of(net.forward(x), net.forward(x).neg()));
    ClassLosses.MEAN.crossEntropy(scores, Tensor.of(new long[] {0, 1})).backward();
    optimizer.step();
  }
}
