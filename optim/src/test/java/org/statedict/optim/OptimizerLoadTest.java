package org.statedict.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.testkit.GoldenFiles;

/// What an optimizer says of hyper-parameters and state_dicts that do not fit.
class OptimizerLoadTest {
  private static List<Parameter> parameters() {
    return List.of(new Parameter(Tensor.ones(2, 3)), new Parameter(Tensor.ones(2)));
  }

  private static String failure(Optimizer optimizer, Dict state) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> optimizer.loadStateDict(state))
            .getMessage());
  }

  private static Adam trained(List<Parameter> parameters) {
    Adam adam = new Adam(parameters, Hyper.DEFAULT);
    parameters.forEach(p -> p.setGrad(Tensor.ones(p.shape().toArray())));
    adam.step();
    return adam;
  }

  @Test
  void unknownHyperParametersAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Sgd(parameters(), Hyper.lr(0.1).with("betas", List.of(0.9, 0.99))));
    assertTrue(
        String.valueOf(e.getMessage())
            .startsWith("Sgd has no hyper-parameter 'betas'; it has [lr, momentum"),
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Sgd(Hyper.DEFAULT, ParamGroup.of(parameters()).with(Hyper.DEFAULT.with("x", 1))));
    assertThrows(IllegalArgumentException.class, () -> new Sgd(parameters(), Hyper.lr(-1)));
    assertThrows(IllegalArgumentException.class, () -> new Sgd(List.of(), Hyper.DEFAULT));
  }

  @Test
  void aStateOfOtherShapesNamesTheParameter() {
    Dict state = trained(parameters()).stateDict();
    SequencedMap<String, Parameter> others = new LinkedHashMap<>();
    others.put("fc.weight", new Parameter(Tensor.ones(2, 3)));
    others.put("fc.bias", new Parameter(Tensor.ones(4)));
    Adam other = new Adam(Hyper.DEFAULT, ParamGroup.named(others));
    assertEquals(
        "state 'exp_avg' of parameter 'fc.bias' has shape [2], the parameter has [4]; it was saved for another model",
        failure(other, state));
    assertEquals(0, other.stateDict().at("state").asDict().size());
  }

  @Test
  void groupsMustFit() {
    Adam adam = new Adam(parameters(), Hyper.DEFAULT);
    assertTrue(failure(adam, Dict.of("state", Dict.EMPTY)).contains("no 'param_groups'"));
    assertTrue(
        failure(adam, Dict.of("state", Dict.EMPTY, "param_groups", Seq.of()))
            .contains("different number of parameter groups: 0, not 1"));
    Dict one = new Adam(List.of(new Parameter(Tensor.ones(1))), Hyper.DEFAULT).stateDict();
    assertTrue(failure(adam, one).contains("group 0 has 1 parameters there, 2 here"));
  }

  @Test
  void namesMatchWhereBothSidesHaveThem() {
    SequencedMap<String, Parameter> there = new LinkedHashMap<>();
    there.put("a", new Parameter(Tensor.ones(2)));
    there.put("b", new Parameter(Tensor.ones(3)));
    Sgd first = new Sgd(Hyper.lr(0.1).with("momentum", 0.9), ParamGroup.named(there));
    there.values().forEach(p -> p.setGrad(p.value().detach()));
    first.step();
    SequencedMap<String, Parameter> here = new LinkedHashMap<>();
    here.put("b", new Parameter(Tensor.ones(3)));
    here.put("a", new Parameter(Tensor.ones(2)));
    Sgd second = new Sgd(Hyper.DEFAULT, ParamGroup.named(here));
    second.loadStateDict(first.stateDict());
    assertEquals(
        "[3]", second.stateDict().at("state", 0, "momentum_buffer").asTensor().shape().toString());
    here.remove("a");
    here.put("c", new Parameter(Tensor.ones(2)));
    Sgd third = new Sgd(Hyper.DEFAULT, ParamGroup.named(here));
    assertEquals(
        "the state_dict has a parameter 'a', the optimizer only [b, c]",
        failure(third, first.stateDict()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"optim_adam_old.pt", "optim_sgd_old.pt"})
  void statesOfOldVersionsGetWhatTheyLack(String file) throws IOException {
    Dict old = Checkpoints.load(GoldenFiles.find("pytorch").resolve(file)).asDict();
    Tensor remembered =
        old
            .at("state")
            .asDict()
            .entries()
            .values()
            .iterator()
            .next()
            .asDict()
            .entries()
            .values()
            .stream()
            .filter(Tensor.class::isInstance)
            .map(Tensor.class::cast)
            .findFirst()
            .orElse(Tensor.ones(2));
    List<Parameter> parameters = List.of(new Parameter(Tensor.ones(remembered.shape().toArray())));
    Optimizer optimizer =
        file.contains("adam")
            ? new Adam(parameters, Hyper.DEFAULT)
            : new Sgd(parameters, Hyper.DEFAULT);
    optimizer.loadStateDict(old);
    parameters.forEach(p -> p.setGrad(p.value().detach()));
    optimizer.step();
    Dict group = optimizer.stateDict().at("param_groups", 0).asDict();
    assertTrue(group.get("maximize").isPresent());
    for (var entry : optimizer.stateDict().at("state").asDict().entries().values()) {
      entry
          .asDict()
          .get("step")
          .ifPresent(step -> assertEquals(DType.FLOAT32, step.asTensor().dtype()));
    }
  }
}
