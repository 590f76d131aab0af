package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.statedict.tensor.DType;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;

class RandomValuesTest {
  private static final List<DType> DTYPES = List.copyOf(EnumSet.allOf(DType.class));

  @Test
  void oneSeedGivesOneValue() {
    Value one = new RandomValues(7).value(DTYPES);
    TensorAssert.assertSame(one, new RandomValues(7).value(DTYPES), Strictness.EVERYTHING);
  }

  @Test
  void seedsGiveDifferentValuesEmptyOnesIncluded() {
    List<Value> values = randoms(200).map(random -> random.value(DTYPES)).toList();
    Value first = values.getFirst();
    assertTrue(values.stream().anyMatch(v -> !Values.same(first, v, Strictness.VALUES)));
    List<Tensor> tensors = randoms(500).map(random -> random.tensor(DType.FLOAT32)).toList();
    assertTrue(tensors.stream().anyMatch(t -> t.elementCount() == 0));
    assertTrue(tensors.stream().anyMatch(t -> t.shape().rank() == 0));
    assertTrue(tensors.stream().anyMatch(t -> !t.isContiguous()));
  }

  @Test
  void failureNamesTheSeedThatRepeatsIt() {
    List<Long> seeds = new ArrayList<>();
    var error =
        assertThrows(
            AssertionError.class,
            () ->
                RandomValues.forAll(
                    100,
                    random -> {
                      seeds.add(random.seed());
                      assertEquals(0, random.below(2));
                    }));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains("-Dstatedict.seed=" + seeds.getLast() + ":"), message);
    int before = new RandomValues(seeds.getLast()).below(2);
    assertEquals(1, before);
  }

  @Test
  void sharedPartsAreAmongTheValues() {
    assertTrue(randoms(300).map(random -> random.value(DTYPES)).anyMatch(this::repeatsATensor));
  }

  private boolean repeatsATensor(Value value) {
    return value instanceof Seq seq
        && seq.items().stream()
            .filter(Tensor.class::isInstance)
            .anyMatch(t -> seq.items().indexOf(t) != seq.items().lastIndexOf(t));
  }

  private static Stream<RandomValues> randoms(int count) {
    return LongStream.range(0, count).mapToObj(RandomValues::new);
  }
}
