package org.statedict.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// What a module saves, and what it says of a state_dict that does not fit. The messages are those
/// that PyTorch gives for the same.
class StateDictTest {
  /// The network of the tutorial.
  static final class MLP extends NnModule implements Layer {
    private final Linear hidden = child("hidden", new Linear(3, 2));
    private final Relu act = child("act", new Relu());
    private final Linear output = child("output", new Linear(2, 1));

    @Override
    public Tensor forward(Tensor x) {
      return output.forward(act.forward(hidden.forward(x)));
    }
  }

  /// A module with something of everything.
  private static final class Everything extends NnModule {
    private final Parameter weight = parameter("weight", Tensor.ones(2));
    private long steps;

    Everything() {
      buffer("mask", Tensor.ones(1));
      buffer("scratch", new Buffer(Tensor.ones(1), Buffer.Kind.TRANSIENT));
      child("inner", new Linear(1, 1));
      parameter("tied", weight);
    }

    @Override
    protected Optional<Value> extraState() {
      return Optional.of(new Scalar.Int(steps));
    }

    @Override
    protected void loadExtraState(Value state) {
      steps = state.asLong();
    }
  }

  private static String failure(NnModule module, Dict state) {
    StateDict given = StateDict.of(state);
    return String.valueOf(
        assertThrows(StateDictMismatchException.class, () -> module.loadStateDict(given))
            .getMessage());
  }

  private static Dict.Builder entries(StateDict state) {
    Dict.Builder dict = Dict.builder();
    state.entries().forEach(dict::put);
    return dict;
  }

  @Test
  void ownEntriesComeBeforeThoseOfChildren() {
    StateDict state = new Everything().stateDict();
    assertEquals(
        "[weight, tied, mask, _extra_state, inner.weight, inner.bias]",
        state.entries().keySet().toString());
    assertSame(state.tensor("weight").storage(), state.tensor("tied").storage());
    assertEquals(
        1,
        new Everything()
            .namedParameters().keySet().stream().filter(k -> !k.startsWith("inner")).count());
  }

  @Test
  void everyModuleHasAVersion() {
    StateDict state = new Sequential(new BatchNorm2d(2), new Relu()).stateDict();
    Dict metadata = state.attributes().at("_metadata").asDict();
    assertEquals("[, 0, 1]", metadata.entries().keySet().toString());
    assertEquals(2, metadata.at("0", "version").asLong());
    assertEquals(1, metadata.at("1", "version").asLong());
    assertEquals(Dict.Kind.ORDERED, metadata.kind());
    assertEquals(Dict.Kind.ORDERED, state.kind());
  }

  @Test
  void extraStateComesBack() {
    Everything one = new Everything();
    one.steps = 7;
    Everything two = new Everything();
    two.loadStateDict(one.stateDict());
    assertEquals(7, two.steps);
  }

  @Test
  void stateIsASnapshot() {
    MLP net = new MLP();
    StateDict before = net.stateDict();
    Tensor bias = before.tensor("hidden.bias");
    double was = bias.getDouble(0);
    net.hidden.bias().orElseThrow().set(Tensor.ones(2));
    assertEquals(was, bias.getDouble(0));
  }

  @Test
  void allDifferencesAreReportedInPyTorchsWords() {
    MLP net = new MLP();
    Dict.Builder state = Dict.builder();
    state.put("hidden.weight", Tensor.ones(4, 3));
    state.put("hidden.bias", Tensor.full(7, 2));
    state.put("output.weight", Tensor.ones(1, 2));
    state.put("foo", Tensor.ones(1));
    assertEquals(
        "Error(s) in loading state_dict for MLP:\n"
            + "\tMissing key(s) in state_dict: \"output.bias\". \n"
            + "\tUnexpected key(s) in state_dict: \"foo\". \n"
            + "\tsize mismatch for hidden.weight: copying a param with shape torch.Size([4, 3])"
            + " from checkpoint, the shape in current model is torch.Size([2, 3]).",
        failure(net, state.build()));
    assertEquals(7, net.hidden.bias().orElseThrow().value().getDouble(0));
  }

  @Test
  void sizesMustMatchEvenIfLenient() {
    StateDict state = StateDict.of(Dict.of("hidden.weight", Tensor.ones(4, 3)));
    StateDictMismatchException e =
        assertThrows(
            StateDictMismatchException.class, () -> new MLP().loadStateDict(state, Match.LENIENT));
    assertEquals(1, e.problems().size());
    assertEquals(List.of("hidden.bias", "output.weight", "output.bias"), e.report().missing());
  }

  @Test
  void lenientLoadingReportsWhatDidNotMatch() {
    StateDict state =
        StateDict.of(Dict.of("hidden.weight", Tensor.ones(2, 3), "x.y", Tensor.ones(1)));
    LoadReport report = new MLP().loadStateDict(state, Match.LENIENT);
    assertEquals(
        "_IncompatibleKeys(missing_keys=['hidden.bias', 'output.weight', 'output.bias'],"
            + " unexpected_keys=['x.y'])",
        report.toString());
    MLP net = new MLP();
    assertEquals("<All keys matched successfully>", net.loadStateDict(net.stateDict()).toString());
  }

  @Test
  void anUnexpectedNameMayBeAMissingOne() {
    MLP net = new MLP();
    Dict.Builder state = Dict.builder();
    net.stateDict()
        .tensors()
        .forEach((name, tensor) ->
            state.put(name.equals("hidden.bias") ? "hidden.biases" : name, tensor));
    String message = failure(net, state.build());
    assertTrue(message.contains("Did you mean \"hidden.bias\" by \"hidden.biases\"?"), message);
    Dict.Builder prefixed = Dict.builder();
    net.stateDict().tensors().forEach((name, tensor) -> prefixed.put("module." + name, tensor));
    String other = failure(net, prefixed.build());
    assertTrue(other.contains("Did you mean \"output.bias\" by \"module.output.bias\"?"), other);
  }

  @Test
  void otherTypesAreConverted() {
    MLP net = new MLP();
    Dict.Builder state = Dict.builder();
    net.stateDict().tensors().forEach((name, tensor) -> state.put(name, tensor.to(DType.BFLOAT16)));
    net.loadStateDict(StateDict.of(state.build()));
    assertEquals(DType.FLOAT32, net.hidden.weight().dtype());
  }

  @Test
  void oldBatchNormsLackTheCounter() {
    BatchNorm1d norm = new BatchNorm1d(2);
    Dict.Builder old = Dict.builder();
    norm.stateDict()
        .tensors()
        .forEach((name, tensor) -> {
          if (!name.startsWith("num")) {
            old.put(name, tensor);
          }
        });
    Dict bare = old.build();
    assertEquals(
        "<All keys matched successfully>", norm.loadStateDict(StateDict.of(bare)).toString());
    Dict metadata = Dict.of("_metadata", Dict.of("", Dict.of("version", 2)));
    Dict dated = entries(StateDict.of(bare)).attributes(metadata).build();
    assertTrue(
        failure(norm, dated).contains("Missing key(s) in state_dict: \"num_batches_tracked\""));
  }

  @Test
  void oneNumberFitsATensorWithoutDimensions() {
    BatchNorm1d norm = new BatchNorm1d(1);
    Dict.Builder state = entries(norm.stateDict());
    state.put("num_batches_tracked", Tensor.of(new long[] {5}));
    norm.loadStateDict(StateDict.of(state.build()));
    assertEquals(5, norm.stateDict().tensor("num_batches_tracked").item());
  }

  @Test
  void misfittingInputsNameTheLayer() {
    MLP net = new MLP();
    Tensor wide = Tensor.ones(2, 5);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> net.forward(wide));
    assertEquals(
        "hidden: Linear(in_features=3, out_features=2, bias=True) takes float32 [*, 3], not float32 [2, 5]",
        e.getMessage());
  }

  @Test
  void namesAreFree() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new NnModule() {
              {
                parameter("a.b", Tensor.ones(1));
              }
            });
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new NnModule() {
              {
                parameter("a", Tensor.ones(1));
                child("a", new Relu());
              }
            });
  }

  @Test
  void dropoutDropsInTrainingOnly() {
    Dropout dropout = new Dropout(0.25);
    Tensor ones = Tensor.ones(1000);
    double kept = dropout.forward(ones).gt(Tensor.scalar(0)).to(DType.FLOAT32).mean().item();
    assertEquals(0.75, kept, 0.06);
    assertEquals(1, dropout.forward(ones).mean().item(), 0.08);
    dropout.eval();
    assertSame(ones, dropout.forward(ones));
  }

  @Test
  void printsAsPyTorchDoes() {
    assertEquals(
        """
        MLP(
          (hidden): Linear(in_features=3, out_features=2, bias=True)
          (act): ReLU()
          (output): Linear(in_features=2, out_features=1, bias=True)
        )\
        """,
        new MLP().toString());
  }
}
