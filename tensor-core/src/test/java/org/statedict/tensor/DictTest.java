package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DictTest {
  @Test
  void keepsTheOrderOfEntries() {
    Dict dict = Dict.of("b", 1, "a", 2, 3, 4);
    assertEquals("[b, a, 3]", dict.entries().sequencedKeySet().toString());
    assertEquals(3, dict.size());
    assertEquals("dict of 3 entries", dict.toString());
  }

  @Test
  void settingAKeyAgainKeepsItsPlace() {
    Dict dict = Dict.of("a", 1, "b", 2, "a", 3);
    assertEquals("{a=3, b=2}", dict.entries().toString());
  }

  @Test
  void truthOneAndOnePointZeroAreThreeKeys() {
    Dict dict = Dict.of(true, "bool", 1, "int", 1.0, "float");
    assertEquals(3, dict.size());
    assertEquals("int", dict.at(1).asText());
    assertEquals("bool", dict.at(true).asText());
  }

  @Test
  void tuplesOfKeysAreKeysByTheirValue() {
    Dict dict = Dict.of(Seq.tuple(1, Seq.tuple("a")), "found");
    assertEquals("found", dict.at(Seq.tuple(1, Seq.tuple("a"))).asText());
    assertThrows(NoSuchElementException.class, () -> dict.at(Seq.tuple(1, Seq.tuple("b"))));
  }

  static Stream<Value> noKeys() {
    return Stream.of(
        Tensor.ones(1),
        Dict.EMPTY,
        Seq.of(1),
        Seq.of(Seq.Kind.SET, List.of()),
        Seq.tuple(List.of(1)),
        Seq.tuple(Tensor.ones(1)),
        new Opaque("a.B", null, null, List.of(), List.of()),
        heavyTuple());
  }

  /// 2^60 leaves in 60 tuples.
  private static Value heavyTuple() {
    Seq tuple = Seq.tuple(1);
    for (int i = 0; i < 60; i++) {
      tuple = Seq.tuple(tuple, tuple);
    }
    return tuple;
  }

  @ParameterizedTest
  @MethodSource("noKeys")
  void refusesWhatIsNoKey(Value key) {
    Dict.Builder dict = Dict.builder();
    assertThrows(IllegalArgumentException.class, () -> dict.put(key, Scalar.Nil.NONE));
  }

  @Test
  void aDeepTupleIsNoKeyAndOverflowsNoStack() {
    Seq tuple = Seq.tuple(1);
    for (int i = 0; i < 100_000; i++) {
      tuple = Seq.tuple(tuple);
    }
    Value deep = tuple;
    Dict.Builder dict = Dict.builder();
    assertThrows(IllegalArgumentException.class, () -> dict.put(deep, Scalar.Nil.NONE));
    assertEquals("tuple of 1 items", deep.toString());
  }

  @Test
  void refusesAKeyWithoutValue() {
    assertThrows(IllegalArgumentException.class, () -> Dict.of("a", 1, "b"));
  }

  @Test
  void isEqualToItselfOnly() {
    Dict dict = Dict.of("a", 1);
    assertEquals(dict, dict);
    assertNotEquals(dict, Dict.of("a", 1));
    assertTrue(Values.same(dict, Dict.of("a", 1), Values.Strictness.EVERYTHING));
  }

  @Test
  void cannotBeChanged() {
    Dict dict = Dict.of("a", 1);
    assertThrows(
        UnsupportedOperationException.class,
        () -> dict.entries().put(Value.of("b"), Scalar.Nil.NONE));
    assertThrows(UnsupportedOperationException.class, () -> dict.entries().pollFirstEntry());
  }

  @Test
  void aStateDictKeepsNamesKindAndAttributes() {
    Dict dict =
        Dict.builder(Dict.Kind.ORDERED)
            .put("w", Tensor.ones(2))
            .put("fc._extra_state", Value.of("kept"))
            .attributes(Dict.of("_metadata", 1))
            .build();
    StateDict state = dict.asStateDict();
    assertSame(dict.at("w"), state.tensor("w"));
    assertEquals(List.of("w"), List.copyOf(state.tensors().sequencedKeySet()));
    assertEquals("kept", state.extra().at("fc._extra_state").asText());
    assertEquals(Dict.Kind.ORDERED, state.kind());
    assertEquals(1, state.attributes().at("_metadata").asLong());
    assertSame(state, state.asStateDict());
  }

  @Test
  void aStateDictNamesTheEntryThatDoesNotFit() {
    assertEquals(
        "not a state_dict: entry 'epoch' is an int, not a tensor; select the state_dict inside"
            + " with at(\"...\")",
        assertThrows(ClassCastException.class, () -> Dict.of("epoch", 1).asStateDict())
            .getMessage());
    assertEquals(
        "not a state_dict: key 0 is an int, not a string",
        assertThrows(ClassCastException.class, () -> Dict.of(0, Tensor.ones(1)).asStateDict())
            .getMessage());
  }

  @Test
  void aStateDictIsFilteredAndRenamed() {
    StateDict state =
        Dict.of("a.w", Tensor.ones(1), "a.b", Tensor.ones(2), "c.w", Tensor.ones(3)).asStateDict();
    assertEquals(
        List.of("a.w", "a.b"),
        List.copyOf(state.filter(n -> n.startsWith("a.")).tensors().sequencedKeySet()));
    assertEquals(
        List.of("x.a.w", "x.a.b", "x.c.w"),
        List.copyOf(state.renameKeys(n -> "x." + n).tensors().sequencedKeySet()));
    assertEquals(
        "two entries would be called 'w'",
        assertThrows(IllegalArgumentException.class, () -> state.renameKeys(n -> n.substring(2)))
            .getMessage());
    assertThrows(NoSuchElementException.class, () -> state.tensor("w"));
  }
}
