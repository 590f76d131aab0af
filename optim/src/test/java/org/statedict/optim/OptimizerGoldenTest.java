package org.statedict.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Every optimizer beside PyTorch's: state_dict and parameters, step by step from the same
/// gradients.
class OptimizerGoldenTest {
  private static final Dict GOLDEN = golden("optimizers.pt");
  private static final Map<String, BiFunction<List<Parameter>, Hyper, Optimizer>> OPTIMIZERS =
      Map.ofEntries(
          Map.entry("sgd", Sgd::new),
          Map.entry("adam", Adam::new),
          Map.entry("adamw", AdamW::new),
          Map.entry("adagrad", Adagrad::new),
          Map.entry("rmsprop", RmsProp::new),
          Map.entry("adadelta", Adadelta::new),
          Map.entry("adamax", Adamax::new),
          Map.entry("nadam", NAdam::new),
          Map.entry("radam", RAdam::new),
          Map.entry("asgd", Asgd::new),
          Map.entry("rprop", Rprop::new));

  /// Those that take no square root: PyTorch's is off by one here and there.
  private static final Set<String> EXACT = Set.of("sgd", "adamax", "asgd", "rprop");

  static Dict golden(String file) {
    try {
      return Checkpoints.load(GoldenFiles.find("optim").resolve(file)).asDict();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> cases() {
    return GOLDEN.at("cases").asDict().entries().entrySet().stream()
        .map(e -> Arguments.of(e.getKey().asText(), e.getValue()));
  }

  private static List<Parameter> start() {
    List<Parameter> parameters = new ArrayList<>();
    GOLDEN.at("start").asList().forEach(p -> parameters.add(new Parameter(p.asTensor())));
    return parameters;
  }

  private static Hyper hyper(Dict golden) {
    Hyper hyper = Hyper.DEFAULT;
    for (var entry : golden.at("hyper").asDict().entries().entrySet()) {
      hyper = hyper.with(entry.getKey().asText(), entry.getValue());
    }
    return hyper;
  }

  private static String family(String name) {
    int end = name.indexOf('_');
    return end < 0 ? name : name.substring(0, end);
  }

  private static Optimizer optimizer(String name, List<Parameter> parameters, Hyper hyper) {
    BiFunction<List<Parameter>, Hyper, Optimizer> made = OPTIMIZERS.get(family(name));
    assertTrue(made != null, "no optimizer for " + name);
    return made.apply(parameters, hyper);
  }

  private static void setGrads(List<Parameter> parameters, int step) {
    List<Value> grads = GOLDEN.at("grads", step).asList();
    for (int i = 0; i < grads.size(); i++) {
      parameters.get(i).setGrad(grads.get(i).asTensor());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void stepsAsPyTorchDoes(String name, Dict golden) {
    List<Parameter> parameters = start();
    Optimizer optimizer = optimizer(name, parameters, hyper(golden));
    assertSame("begin", golden.at("begin"), optimizer.stateDict(), 0);
    for (int step = 0; step < 12; step++) {
      setGrads(parameters, step);
      optimizer.step();
      assertParameters(name, golden.at("after", step), parameters, 2 * (step + 1));
    }
    int ulps = EXACT.contains(family(name)) ? 0 : 24;
    assertSame("end", golden.at("end"), optimizer.stateDict(), ulps);
  }

  private static void assertParameters(
      String name, Value expected, List<Parameter> found, int ulps) {
    int allowed = EXACT.contains(family(name)) ? 0 : ulps;
    for (int i = 0; i < found.size(); i++) {
      assertSame("parameter " + i, expected.at(i), found.get(i).value().detach(), allowed);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void goesOnFromPyTorchsState(String name, Dict golden) {
    List<Parameter> first = start();
    Optimizer before = optimizer(name, first, hyper(golden));
    for (int step = 0; step < 6; step++) {
      setGrads(first, step);
      before.step();
    }
    List<Parameter> second = start();
    Optimizer after = optimizer(name, second, Hyper.DEFAULT);
    after.loadStateDict(before.stateDict());
    for (int i = 0; i < second.size(); i++) {
      second.get(i).set(first.get(i).value());
    }
    for (int step = 6; step < 12; step++) {
      setGrads(second, step);
      after.step();
    }
    assertParameters(name, golden.at("after", 11), second, 24);
    Optimizer loaded = optimizer(name, start(), Hyper.DEFAULT);
    loaded.loadStateDict(golden.at("end").asDict());
    assertSame("loaded", golden.at("end"), loaded.stateDict(), 0);
  }

  @Test
  void groupsHaveNamesAndOptionsOfTheirOwn() {
    List<Parameter> parameters = start();
    Optimizer optimizer =
        new Sgd(
            Hyper.lr(0.1),
            ParamGroup.named(named(parameters, 0, "a.weight"))
                .with(Hyper.lr(0.5).with("momentum", 0.5)),
            ParamGroup.named(named(parameters, 1, "b.bias", "c")));
    setGrads(parameters, 0);
    optimizer.step();
    Dict expected = GOLDEN.at("named_groups").asDict();
    assertEquals(
        expected.at("param_groups", 1).asDict().entries().keySet().toString(),
        optimizer.stateDict().at("param_groups", 1).asDict().entries().keySet().toString());
    assertSame(
        "param_groups 1",
        expected.at("param_groups", 1),
        optimizer.stateDict().at("param_groups", 1),
        0);
    assertSame("state", expected.at("state"), optimizer.stateDict().at("state"), 0);
  }

  private static SequencedMap<String, Parameter> named(
      List<Parameter> parameters, int from, String... names) {
    SequencedMap<String, Parameter> part = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      part.put(names[i], parameters.get(from + i));
    }
    return part;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "strong_wolfe"})
  void quasiNewtonStepsFollowPyTorchs(String search) {
    Dict golden = GOLDEN.at("lbfgs_" + search).asDict();
    List<Parameter> parameters = start();
    Hyper hyper =
        Hyper.lr(0.5)
            .with("max_iter", 6)
            .with("history_size", 4)
            .with("line_search_fn", search.equals("none") ? null : search);
    Lbfgs optimizer = new Lbfgs(parameters, hyper);
    Supplier<Tensor> closure =
        () -> {
          optimizer.zeroGrad();
          Tensor loss = Tensor.scalar(0);
          for (int i = 0; i < parameters.size(); i++) {
            Tensor p = parameters.get(i).value();
            loss = loss.add(p.sub(i).pow(4).add(p.square().mul(0.1)).sum());
          }
          loss.backward();
          return loss;
        };
    for (int step = 0; step < 4; step++) {
      double expected = golden.at("losses", step).asDouble();
      assertEquals(expected, optimizer.step(closure).item(), 1e-4 * Math.max(1, expected));
      for (int i = 0; i < parameters.size(); i++) {
        Tensor there = golden.at("after", step, i).asTensor();
        assertTrue(there.allClose(parameters.get(i).value(), 1e-3, 1e-4), "step " + step);
      }
    }
    assertEquals(
        golden.at("end", "state", 0).asDict().entries().keySet().toString(),
        optimizer.stateDict().at("state", 0).asDict().entries().keySet().toString());
    assertEquals(
        golden.at("end", "state", 0, "func_evals").asLong(),
        optimizer.stateDict().at("state", 0, "func_evals").asLong());
    Lbfgs other = new Lbfgs(start(), Hyper.DEFAULT);
    other.loadStateDict(golden.at("end").asDict());
    assertSame(
        "loaded", golden.at("end", "state", 0, "d"), other.stateDict().at("state", 0, "d"), 0);
  }

  /// Asserts that two trees have the same kinds, keys in the same order, scalars of the same type
  /// and value, and tensors that differ by some units in the last place of the larger elements.
  static void assertSame(String path, Value expected, Value found, int ulps) {
    switch (expected) {
      case Dict dict -> {
        assertEquals(
            dict.entries().keySet().toString(), found.asDict().entries().keySet().toString(), path);
        dict.entries()
            .forEach((key, value) -> assertSame(path + "." + key, value, found.at(raw(key)), ulps));
      }
      case Seq seq -> {
        assertEquals(seq.kind(), ((Seq) found).kind(), path);
        assertEquals(seq.size(), found.asList().size(), path);
        for (int i = 0; i < seq.size(); i++) {
          assertSame(path + "." + i, seq.get(i), found.at(i), ulps);
        }
      }
      case Tensor tensor -> assertSame(path, tensor, found.asTensor(), ulps);
      case Value scalar -> assertEquals(scalar.toString(), found.toString(), path);
    }
  }

  private static Object raw(Value key) {
    return key instanceof Scalar.Int i ? (Object) i.value() : key.asText();
  }

  private static void assertSame(String path, Tensor expected, Tensor found, int ulps) {
    assertEquals(expected.dtype(), found.dtype(), path);
    assertEquals(expected.shape(), found.shape(), path);
    float[] a = expected.toFloatArray();
    float[] b = found.toFloatArray();
    for (int i = 0; i < a.length; i++) {
      assertEquals(
          a[i], b[i], ulps * Math.ulp(Math.max(Math.abs(a[i]), 0.5f)), path + "[" + i + "]");
    }
  }
}
