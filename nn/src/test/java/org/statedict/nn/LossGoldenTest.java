package org.statedict.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Every loss and its gradient beside PyTorch's.
class LossGoldenTest {
  private static final Dict GOLDEN = golden();
  private static final Map<String, Function<List<Tensor>, Tensor>> LOSSES = new LinkedHashMap<>();

  static {
    LOSSES.put("mse_none", x -> Losses.mse(x.get(0), x.get(1), Reduction.NONE));
    LOSSES.put("mse_mean", x -> Losses.mse(x.get(0), x.get(1)));
    LOSSES.put("mse_sum", x -> Losses.mse(x.get(0), x.get(1), Reduction.SUM));
    LOSSES.put("l1", x -> Losses.l1(x.get(0), x.get(1)));
    LOSSES.put("smooth_l1", x -> Losses.smoothL1(x.get(0), x.get(1), 0.5, Reduction.MEAN));
    LOSSES.put("huber", x -> Losses.huber(x.get(0), x.get(1), 0.5, Reduction.MEAN));
    LOSSES.put("bce", x -> Losses.binaryCrossEntropy(x.get(0), x.get(1), Reduction.MEAN));
    LOSSES.put(
        "bce_logits",
        x ->
            Losses.binaryCrossEntropyOfLogits(
                x.get(0), x.get(1), Optional.empty(), Reduction.MEAN));
    LOSSES.put(
        "bce_logits_weighted",
        x ->
            Losses.binaryCrossEntropyOfLogits(
                x.get(0), x.get(1), Optional.of(x.get(2)), Reduction.MEAN));
    LOSSES.put("kl", x -> Losses.klDivergence(x.get(0), x.get(1), Reduction.MEAN));
    LOSSES.put("kl_log", x -> Losses.klDivergenceOfLogs(x.get(0), x.get(1), Reduction.SUM));
    ClassLosses mean = ClassLosses.MEAN;
    LOSSES.put("cross_entropy", x -> mean.crossEntropy(x.get(0), x.get(1)));
    LOSSES.put(
        "cross_entropy_sum",
        x -> mean.withReduction(Reduction.SUM).crossEntropy(x.get(0), x.get(1)));
    LOSSES.put("cross_entropy_ignoring", x -> mean.crossEntropy(x.get(0), x.get(1)));
    LOSSES.put(
        "cross_entropy_weighted", x -> mean.withWeight(x.get(2)).crossEntropy(x.get(0), x.get(1)));
    LOSSES.put(
        "cross_entropy_smoothed",
        x -> mean.withWeight(x.get(2)).withSmoothing(0.1).crossEntropy(x.get(0), x.get(1)));
    LOSSES.put(
        "cross_entropy_probabilities",
        x -> mean.withSmoothing(0.2).crossEntropy(x.get(0), x.get(1)));
    LOSSES.put("cross_entropy_spatial", x -> mean.crossEntropy(x.get(0), x.get(1)));
    LOSSES.put("cross_entropy_single", x -> mean.crossEntropy(x.get(0), x.get(1)));
    LOSSES.put("nll", x -> mean.negativeLogLikelihood(x.get(0), x.get(1)));
  }

  private static Dict golden() {
    try {
      return Checkpoints.load(GoldenFiles.find("nn").resolve("losses.pt")).asDict();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> cases() {
    assertEquals(
        GOLDEN.entries().keySet().stream().map(Value::asText).sorted().toList(),
        LOSSES.keySet().stream().sorted().toList());
    return LOSSES.entrySet().stream()
        .flatMap(e ->
            Stream.of(DType.FLOAT32, DType.FLOAT64)
                .map(dtype -> Arguments.of(e.getKey(), e.getValue(), dtype)));
  }

  @ParameterizedTest(name = "{0} in {2}")
  @MethodSource("cases")
  void isWhatPyTorchComputes(String name, Function<List<Tensor>, Tensor> loss, DType dtype) {
    List<Tensor> inputs = new ArrayList<>();
    for (Value value : GOLDEN.at(name, "inputs").asList()) {
      Tensor input = value.asTensor();
      inputs.add(input.dtype().isFloatingPoint() ? input.to(dtype) : input);
    }
    Parameter x = new Parameter(inputs.getFirst());
    inputs.set(0, x.value());
    Tensor found = loss.apply(inputs);
    Value expected = GOLDEN.at(name, dtype.label());
    LayerGoldenTest.assertClose("loss", expected.at("loss").asTensor(), found);
    found.sum().backward();
    LayerGoldenTest.assertClose("gradient", expected.at("grad").asTensor(), x.grad().orElseThrow());
  }
}
