package org.statedict.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Whole models: those that PyTorch wrote, and those that do not fit.
class TorchModulesTest {
  /// An embedding whose weights are those of a linear layer.
  private static final class Tied extends NnModule {
    private final Embedding emb = child("emb", new Embedding(5, 3));
    private final Linear head = child("head", new Linear(3, 5, Bias.NONE));
  }

  private static Value golden(String file) throws IOException {
    return Checkpoints.load(GoldenFiles.find("pytorch").resolve(file));
  }

  private static NnModule build(Value value) {
    return TorchModules.standard().with("__main__.MLP", StateDictTest.MLP::new).build(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net_module.pt",
        "seq_module.pt",
        "cnn_module.pt",
        "lstm_module.pt",
        "gru_module.pt",
        "rnn_module.pt",
        "transformer_layer_module.pt"
      })
  void computesWhatPyTorchsModelComputes(String file) throws IOException {
    NnModule net = build(golden(file));
    net.eval();
    JsonNode forward = GoldenFiles.of("pytorch").expected().at("/files/" + file + "/forward");
    Tensor input = tensor(forward.get("input").get(0));
    Tensor found =
        switch (net) {
          case Layer layer -> layer.forward(input);
          case Recurrent network -> network.forward(input).output();
          case TransformerEncoderLayer layer -> layer.forward(input, AttentionMask.NONE);
          default -> throw new AssertionError("no way to run " + net);
        };
    JsonNode output = forward.get("output");
    Tensor expected = tensor(output.has("items") ? output.get("items").get(0) : output);
    LayerGoldenTest.assertClose(file, expected, found);
  }

  private static Tensor tensor(JsonNode described) {
    byte[] bytes = HexFormat.of().parseHex(described.get("hex").asText());
    long[] shape = new long[described.get("shape").size()];
    Arrays.setAll(shape, i -> described.get("shape").get(i).asLong());
    return Tensor.over(Storage.of(bytes), DType.FLOAT32, Shape.of(shape));
  }

  @Test
  void unknownClassesHaveTheirState() throws IOException {
    Value model = golden("net_module.pt");
    NnModule net = TorchModules.standard().build(model);
    assertEquals(model.asStateDict().tensors().keySet(), net.stateDict().tensors().keySet());
    UnsupportedOperationException e =
        assertThrows(
            UnsupportedOperationException.class, () -> ((Layer) net).forward(Tensor.ones(1, 3)));
    assertEquals(
        "__main__.MLP is not known here: register a class for it with TorchModules.with",
        e.getMessage());
  }

  @Test
  void tiedWeightsStayTied() throws IOException {
    Tied net =
        (Tied)
            TorchModules.standard()
                .with("__main__.Tied", Tied::new)
                .build(golden("tied_module.pt"));
    assertEquals(net.emb.weight(), net.head.weight());
    assertEquals(1, net.parameters().size());
    net.head.weight().set(Tensor.ones(5, 3));
    assertEquals(1, net.emb.weight().value().getDouble(0, 0));
    net.emb.weight().value().sum().backward();
    assertTrue(net.head.weight().grad().isPresent());
  }

  @Test
  void recurrentNetworksAreBuilt() throws IOException {
    assertEquals(
        "LSTM(2, 3, num_layers=2, bidirectional=True)", build(golden("lstm_module.pt")).toString());
    assertEquals("GRU(2, 3)", build(golden("gru_module.pt")).toString());
    Rnn rnn = (Rnn) build(golden("rnn_module.pt"));
    assertEquals(4, rnn.parameters().size());
  }

  @Test
  void containersAreBuilt() throws IOException {
    ModuleDict net = (ModuleDict) build(golden("containers_module.pt"));
    assertEquals("[list, emb, c1, bn1]", net.children().keySet().toString());
    assertSame(ModuleList.class, net.get("list").getClass());
    assertEquals("Embedding(4, 2, padding_idx=1)", net.get("emb").toString());
  }

  private static Opaque module(String className, Dict parameters, Dict modules, Object... fields) {
    Dict.Builder state = Dict.builder();
    state.put("training", Value.of(false));
    state.put("_parameters", parameters);
    state.put("_buffers", Dict.EMPTY);
    state.put("_modules", modules);
    for (int i = 0; i < fields.length; i += 2) {
      state.put(fields[i].toString(), Value.of(fields[i + 1]));
    }
    return new Opaque(className, null, state.build(), List.of(), List.of());
  }

  private static String failure(Value inner) {
    Dict modules = Dict.of("0", inner);
    Value model = module("torch.nn.modules.container.Sequential", Dict.EMPTY, modules);
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> TorchModules.standard().build(model))
            .getMessage());
  }

  @Test
  void problemsNameTheModule() {
    String linear = "torch.nn.modules.linear.Linear";
    Dict weight = Dict.of("weight", Tensor.ones(2, 3));
    assertEquals(
        "0: torch.nn.modules.linear.Linear has no field 'in_features'",
        failure(module(linear, weight, Dict.EMPTY)));
    assertEquals(
        "0: torch.nn.modules.linear.Linear has wide for 'in_features', not an integer",
        failure(module(linear, weight, Dict.EMPTY, "in_features", "wide")));
    assertEquals(
        "0: torch.nn.modules.linear.Linear has 'weight' of shape [2, 3], its fields make it [2, 4]",
        failure(module(linear, weight, Dict.EMPTY, "in_features", 4, "out_features", 2)));
    assertEquals(
        "0: torch.nn.modules.sparse.Embedding has max_norm '1.0', which is not supported; its weights are in asStateDict()",
        failure(module("torch.nn.modules.sparse.Embedding", weight, Dict.EMPTY, "max_norm", 1.0)));
    assertThrows(ClassCastException.class, () -> TorchModules.standard().build(Tensor.ones(1)));
  }

  @Test
  void oneObjectInTwoPlacesIsOneModule() {
    Opaque act = module("torch.nn.modules.activation.Tanh", Dict.EMPTY, Dict.EMPTY);
    Dict twice = Dict.of("0", act, "1", act);
    NnModule net =
        TorchModules.standard()
            .build(module("torch.nn.modules.container.Sequential", Dict.EMPTY, twice));
    assertSame(net.children().get("0"), net.children().get("1"));
  }

  @Test
  void frozenParametersStayFrozen() {
    Parameter frozen = new Parameter(Tensor.ones(2, 3));
    frozen.requiresGrad(false);
    Dict weight = Dict.of("weight", frozen.value());
    Linear linear =
        (Linear)
            TorchModules.standard()
                .build(
                    module(
                        "torch.nn.modules.linear.Linear",
                        weight,
                        Dict.EMPTY,
                        "in_features",
                        3,
                        "out_features",
                        2));
    assertFalse(linear.weight().requiresGrad());
    assertFalse(linear.isTraining());
  }
}
