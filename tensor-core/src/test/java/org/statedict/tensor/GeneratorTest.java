package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Random numbers against those that PyTorch drew from the same seeds.
class GeneratorTest {
  private static final JsonNode GOLDEN = TestData.json("pytorch/rng_expected.json");
  private static final Map<String, Function<Generator, Tensor>> DRAWS =
      Map.ofEntries(
          Map.entry("rand5", g -> g.rand(5)),
          Map.entry("rand_f64_3", g -> g.uniform(DType.FLOAT64, 0, 1, 3)),
          Map.entry("randn5", g -> g.randn(5)),
          Map.entry("randn16", g -> g.randn(16)),
          Map.entry("randn40", g -> g.randn(40)),
          Map.entry("randn_f64_16", g -> g.normal(DType.FLOAT64, 0, 1, 16)),
          Map.entry("randn_f64_3", g -> g.normal(DType.FLOAT64, 0, 1, 3)),
          Map.entry("randint0_10_8", g -> g.randint(0, 10, 8)),
          Map.entry("randperm10", g -> g.randperm(10)),
          Map.entry("uniform_m1_1_6", g -> g.uniform(-1, 1, 6)),
          Map.entry("normal_2_3_20", g -> g.normal(2, 3, 20)),
          Map.entry("embedding_10_4", g -> g.randn(10, 4)),
          Map.entry(
              "sequence_randn5_randn3_rand2_randn17",
              g -> Tensor.cat(0, List.of(g.randn(5), g.randn(3), g.rand(2), g.randn(17)))));

  static Stream<Arguments> seedsAndDraws() {
    return GOLDEN
        .propertyStream()
        .map(Map.Entry::getKey)
        .flatMap(seed ->
            DRAWS.entrySet().stream()
                .map(draw -> Arguments.of(seed, draw.getKey(), draw.getValue())));
  }

  @ParameterizedTest(name = "{1} from seed {0}")
  @MethodSource("seedsAndDraws")
  void drawsPyTorchsNumbers(String seed, String draw, Function<Generator, Tensor> drawing) {
    JsonNode expected = GOLDEN.get(seed).get(draw);
    Tensor drawn = drawing.apply(Generator.seeded(Long.parseUnsignedLong(seed)));
    byte[] bytes = new byte[(int) drawn.byteSize()];
    TensorBytes.of(drawn).copyTo(0, bytes, bytes.length);
    assertEquals(expected.get("dtype").asText(), drawn.dtype().label());
    assertEquals(expected.get("hex").asText(), HexFormat.of().formatHex(bytes));
  }

  @Test
  void goesOnFromAState() {
    Generator one = Generator.seeded(5);
    one.randn(3); // leaves one normal number for the next call
    Generator two = Generator.seeded(6);
    two.setState(one.state());
    assertTrue(one.randn(7).sameBits(two.randn(7)));
    assertTrue(one.randn(1000).sameBits(two.randn(1000)));
    assertEquals(5, two.initialSeed());
  }

  @Test
  void refusesWhatIsNoState() {
    Generator generator = Generator.seeded(0);
    Tensor short1 = Tensor.ones(3);
    assertThrows(IllegalArgumentException.class, () -> generator.setState(short1));
    Tensor zeros = Tensor.over(Storage.of(new byte[5056]), DType.UINT8, Shape.of(5056));
    assertThrows(IllegalArgumentException.class, () -> generator.setState(zeros));
  }

  @Test
  void bernoulliHasTheProbability() {
    double share = Generator.seeded(3).bernoulli(0.3, 100_000).mean().item();
    assertEquals(0.3, share, 0.01);
  }

  @Test
  void anEmptyRangeOfIntegersIsRefused() {
    Generator generator = Generator.seeded(0);
    assertThrows(IllegalArgumentException.class, () -> generator.randint(3, 3, 1));
  }
}
