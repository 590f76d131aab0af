package org.statedict.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Every scheduler beside PyTorch's: rates, to the last bit but one, and state_dict.
class SchedulerGoldenTest {
  private static final Dict GOLDEN = OptimizerGoldenTest.golden("schedulers.pt");

  /// What all schedulers can do.
  private record Scheduler(DoubleConsumer step, Supplier<Dict> save, Consumer<Dict> load) {
    static Scheduler of(LrScheduler s) {
      return new Scheduler(_ -> s.step(), s::stateDict, s::loadStateDict);
    }
  }

  private static final Map<String, Function<Optimizer, Scheduler>> SCHEDULERS =
      Map.of(
          "step", o -> Scheduler.of(new StepLr(o, 3, 0.5)),
          "multi_step", o -> Scheduler.of(new MultiStepLr(o, 0.5, 2, 4, 4, 9)),
          "exponential", o -> Scheduler.of(new ExponentialLr(o, 0.9)),
          "cosine", o -> Scheduler.of(new CosineAnnealingLr(o, 5, 0.01)),
          "linear", o -> Scheduler.of(new LinearLr(o, 0.25, 0.75, 5)),
          "constant", o -> Scheduler.of(new ConstantLr(o, 0.5, 4)),
          "lambda", o -> Scheduler.of(new LambdaLr(o, e -> Math.pow(0.95, (double) e))),
          "one_cycle", o -> Scheduler.of(new OneCycleLr(o, 0.1, 13)),
          "plateau", SchedulerGoldenTest::plateau,
          "sequential", SchedulerGoldenTest::sequential);

  private static Scheduler plateau(Optimizer optimizer) {
    Hyper own = Hyper.DEFAULT.with("factor", 0.5).with("patience", 1).with("cooldown", 1);
    ReduceLrOnPlateau s = new ReduceLrOnPlateau(optimizer, own);
    return new Scheduler(s::step, s::stateDict, s::loadStateDict);
  }

  private static Scheduler sequential(Optimizer o) {
    List<LrScheduler> parts =
        List.of(new LinearLr(o, 0.1, 1, 3), new ExponentialLr(o, 0.9), new StepLr(o, 2, 0.5));
    SequentialLr s = new SequentialLr(parts, List.of(3L, 7L));
    return new Scheduler(_ -> s.step(), s::stateDict, s::loadStateDict);
  }

  private static Optimizer optimizer(String kind) {
    ParamGroup first = ParamGroup.of(List.of(new Parameter(Tensor.ones(2))));
    ParamGroup second = ParamGroup.of(List.of(new Parameter(Tensor.ones(2)))).with(Hyper.lr(0.2));
    return kind.equals("sgd")
        ? new Sgd(Hyper.lr(0.1).with("momentum", 0.9), first, second)
        : new Adam(Hyper.lr(0.1), first, second);
  }

  static Stream<Arguments> cases() {
    return GOLDEN.at("cases").asDict().entries().entrySet().stream()
        .map(e -> Arguments.of(e.getKey().asText(), e.getValue()));
  }

  private static Scheduler scheduler(String name, Optimizer optimizer) {
    Function<Optimizer, Scheduler> made = SCHEDULERS.get(name.substring(0, name.lastIndexOf('_')));
    assertTrue(made != null, "no scheduler for " + name);
    return made.apply(optimizer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void ratesArePyTorchs(String name, Dict golden) {
    Optimizer optimizer = optimizer(name.substring(name.lastIndexOf('_') + 1));
    Scheduler scheduler = scheduler(name, optimizer);
    assertClose("begin", golden.at("begin"), scheduler.save.get());
    for (int step = 0; step < 12; step++) {
      scheduler.step.accept(GOLDEN.at("measures", step).asDouble());
      for (int group = 0; group < 2; group++) {
        double expected = golden.at("rates", step, group).asDouble();
        double found = optimizer.paramGroups().get(group).number("lr");
        assertEquals(expected, found, 4 * Math.ulp(expected), "step " + step);
      }
    }
    assertClose("end", golden.at("end"), scheduler.save.get());
    assertClose("groups", golden.at("groups"), optimizer.stateDict().at("param_groups"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void goesOnFromAState(String name, Dict golden) {
    String kind = name.substring(name.lastIndexOf('_') + 1);
    Optimizer first = optimizer(kind);
    Scheduler before = scheduler(name, first);
    for (int step = 0; step < 6; step++) {
      before.step.accept(GOLDEN.at("measures", step).asDouble());
    }
    Optimizer second = optimizer(kind);
    Scheduler after = scheduler(name, second);
    second.loadStateDict(first.stateDict());
    after.load.accept(before.save.get());
    for (int step = 6; step < 12; step++) {
      after.step.accept(GOLDEN.at("measures", step).asDouble());
    }
    assertClose("end", golden.at("end"), after.save.get());
    Scheduler loaded = scheduler(name, optimizer(kind));
    loaded.load.accept(golden.at("end").asDict());
    assertClose("loaded", golden.at("end"), loaded.save.get());
  }

  /// Numbers may differ by a few units in the last place: cosines and powers are not the same
  /// everywhere.
  private static void assertClose(String path, Value expected, Value found) {
    switch (expected) {
      case Dict dict -> {
        assertEquals(
            dict.entries().keySet().toString(), found.asDict().entries().keySet().toString(), path);
        dict.entries()
            .forEach(
                (key, value) -> assertClose(path + "." + key, value, found.at(key.toString())));
      }
      case Seq seq -> {
        assertEquals(seq.size(), found.asList().size(), path);
        for (int i = 0; i < seq.size(); i++) {
          assertClose(path + "." + i, seq.get(i), found.at(i));
        }
      }
      case Scalar.Real real ->
          assertEquals(
              real.value(), ((Scalar.Real) found).value(), 4 * Math.ulp(real.value()), path);
      case Opaque opaque -> {
        Opaque other = (Opaque) found;
        assertEquals(opaque.className(), other.className());
        assertEquals(
            opaque.args().orElseThrow().asList().getFirst().asDict().entries(),
            other.args().orElseThrow().asList().getFirst().asDict().entries());
      }
      case Value other -> assertEquals(other.toString(), found.toString(), path);
    }
  }

  @Test
  void gradientsAreClippedAsPyTorchClipsThem() {
    Dict golden = OptimizerGoldenTest.golden("clipping.pt");
    for (String name : List.of("norm2", "norm1", "inf", "large", "value")) {
      List<Parameter> parameters =
          golden.at("start").asList().stream()
              .map(g -> {
                Parameter p = new Parameter(g.asTensor());
                p.setGrad(g.asTensor());
                return p;
              })
              .toList();
      switch (name) {
        case "norm1" -> GradientClipping.byNorm(parameters, 1, 1);
        case "inf" -> GradientClipping.byNorm(parameters, 1, Double.POSITIVE_INFINITY);
        case "value" -> GradientClipping.byValue(parameters, 0.5);
        default -> {
          double most = name.equals("large") ? 1000 : 1;
          double norm = GradientClipping.byNorm(parameters, most, 2);
          assertEquals(golden.at(name, "norm").asDouble(), norm, 1e-5);
        }
      }
      for (int i = 0; i < parameters.size(); i++) {
        Tensor expected = golden.at(name, "grads", i).asTensor();
        assertTrue(expected.allClose(parameters.get(i).grad().orElseThrow(), 1e-6, 1e-7), name);
      }
    }
  }
}
