package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.tensor.Values.Strictness;

class ValuesTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);

  static Stream<Arguments> differences() {
    return Stream.of(
        Arguments.of(Dict.of("a", 1), Dict.of("a", 2), "a: an int 1 is an int 2"),
        Arguments.of(Dict.of("a", 1), Dict.of("a", 1.0), "a: an int 1 is a float 1.0"),
        Arguments.of(Dict.of("a", 1), Dict.of("b", 1), "value: entry a is missing"),
        Arguments.of(Dict.of("a", 1), Dict.of("a", 1, "b", 2), "value: 1 entries are 2"),
        Arguments.of(Seq.of(1, 2), Seq.of(1), "value: 2 items are 1"),
        Arguments.of(
            Dict.of("m", List.of(0, Map.of("w", X))),
            Dict.of("m", List.of(0, Map.of("w", X.transpose(0, 1)))),
            "m.1.w: elements differ from byte 6 on"),
        Arguments.of(X, X.reshape(4), "value: float32 [2, 2] is float32 [4]"),
        Arguments.of(X, X.to(DType.FLOAT64), "value: float32 [2, 2] is float64 [2, 2]"),
        Arguments.of(X, Value.of(3), "value: a tensor float32 [2, 2] is an int 3"),
        Arguments.of(opaque("a.B", 1), opaque("a.B", 2), "0: an int 1 is an int 2"),
        Arguments.of(
            opaque("a.B", 1),
            opaque("a.C", 1),
            "value: an object a.B object a.B is an object a.C object a.C"));
  }

  private static Value opaque(String name, int state) {
    return new Opaque(name, Value.of(state), null, List.of(), List.of());
  }

  @ParameterizedTest
  @MethodSource
  void differences(Value a, Value b, String difference) {
    assertEquals(difference, Values.difference(a, b, Strictness.VALUES));
    assertFalse(Values.same(a, b, Strictness.VALUES));
    assertEquals("", Values.difference(a, a, Strictness.EVERYTHING));
  }

  @Test
  void stridesAndSharingAreNoDifferenceOfValues() {
    Tensor copy = X.transpose(0, 1).copy().transpose(0, 1);
    assertTrue(Values.same(X, copy, Strictness.EVERYTHING));
    Dict tied = Dict.of("a", X, "b", X);
    Dict untied = Dict.of("a", X, "b", copy);
    assertTrue(Values.same(tied, untied, Strictness.VALUES));
    assertFalse(Values.same(tied, untied, Strictness.EVERYTHING));
    assertFalse(Values.same(untied, tied, Strictness.EVERYTHING));
    assertTrue(Values.same(tied, Dict.of("a", copy, "b", copy), Strictness.EVERYTHING));
  }

  static Stream<Arguments> strictDifferences() {
    Dict ordered = Dict.builder(Dict.Kind.ORDERED).put("a", Value.of(1)).build();
    Dict named = Dict.builder().put("a", Value.of(1)).attributes(Dict.of("_metadata", 1)).build();
    Storage elsewhere =
        Storage.mapped(MemorySegment.ofArray(new float[] {1, 2, 3, 4}), new Device("cuda:0"), "x");
    return Stream.of(
        Arguments.of(Dict.of("a", 1, "b", 2), Dict.of("b", 2, "a", 1)),
        Arguments.of(Dict.of("a", 1), ordered),
        Arguments.of(Dict.of("a", 1), named),
        Arguments.of(Seq.of(1), Seq.tuple(1)),
        Arguments.of(X, X.withTraits(Traits.NONE.withRequiresGrad(true))),
        Arguments.of(X, X.withTraits(Traits.NONE.withAttributes(Dict.of("tag", 1)))),
        Arguments.of(X, Tensor.over(elsewhere, DType.FLOAT32, X.shape())));
  }

  @ParameterizedTest
  @MethodSource
  void strictDifferences(Value a, Value b) {
    assertTrue(Values.same(a, b, Strictness.VALUES));
    assertFalse(Values.same(a, b, Strictness.EVERYTHING));
    assertFalse(Values.same(b, a, Strictness.EVERYTHING));
  }

  @Test
  void conjugationIsResolvedForValuesAndATraitForEverything() {
    Tensor z = Tensor.over(Storage.of(1f, 2f), DType.COMPLEX64, Shape.of(1));
    Tensor conjugate = Tensor.over(Storage.of(1f, -2f), DType.COMPLEX64, Shape.of(1));
    Tensor lazy = conjugate.withTraits(Traits.NONE.withConj(true));
    assertTrue(Values.same(z, lazy, Strictness.VALUES));
    assertFalse(Values.same(z, lazy, Strictness.EVERYTHING));
  }

  @Test
  void sharedNodesAreComparedOnce() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertTrue(Values.same(doubling(200), doubling(200), Strictness.EVERYTHING)));
  }

  /// 2^n leaves in n lists.
  private static Value doubling(int n) {
    Seq list = Seq.of(1);
    for (int i = 0; i < n; i++) {
      list = Seq.of(list, list);
    }
    return list;
  }

  @Test
  void deepTreesOverflowNoStack() {
    assertEquals("", Values.difference(nested(100_000), nested(100_000), Strictness.VALUES));
  }

  private static Value nested(int depth) {
    Seq list = Seq.of(1);
    for (int i = 0; i < depth; i++) {
      list = Seq.of(list);
    }
    return list;
  }

  @Test
  void namesEveryKindOfValue() {
    assertEquals("a state_dict", Values.kindOf(Dict.of("w", X).asStateDict()));
    assertEquals("a tuple", Values.kindOf(Seq.tuple()));
    assertEquals("a bytearray", Values.kindOf(Scalar.Bytes.array()));
    assertEquals("an object a.B", Values.kindOf(opaque("a.B", 1)));
    assertEquals("None", Values.kindOf(Scalar.Nil.NONE));
  }
}
