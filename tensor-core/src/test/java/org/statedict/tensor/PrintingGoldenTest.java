package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Hundreds of tensors, printed as PyTorch prints them.
class PrintingGoldenTest {
  static Stream<Arguments> cases() {
    JsonNode cases = TestData.json("printing/printing.json").get("cases");
    return IntStream.range(0, cases.size())
        .mapToObj(i -> {
          JsonNode row = cases.get(i);
          return Arguments.argumentSet(
              "%d: %s %s".formatted(i, row.get("dtype").asText(), row.get("shape")), row);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void printsAsPyTorchDoes(JsonNode row) {
    assertEquals(row.get("text").asText(), tensor(row).toString());
  }

  private static Tensor tensor(JsonNode row) {
    Traits traits =
        Traits.NONE
            .withConj(row.has("conj"))
            .withNeg(row.has("neg"))
            .withRequiresGrad(row.has("requires_grad"))
            .withParameter(row.has("parameter"));
    Device device = new Device(row.path("device").asText("cpu"));
    return Tensor.over(
            Storage.mapped(MemorySegment.ofArray(TestData.base64(row.get("bytes"))), device, "x"),
            DType.named(row.get("dtype").asText()).orElseThrow(),
            Shape.of(longs(row.get("shape"))),
            Strides.of(longs(row.get("strides"))),
            row.get("offset").asLong())
        .withTraits(traits);
  }

  private static long[] longs(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).mapToLong(i -> numbers.get(i).asLong()).toArray();
  }
}
