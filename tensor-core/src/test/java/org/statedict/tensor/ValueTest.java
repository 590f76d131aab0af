package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.tensor.Scalar.Text;

class ValueTest {
  static Stream<Arguments> plainObjects() {
    return Stream.of(
        Arguments.of(null, Scalar.Nil.NONE),
        Arguments.of(true, new Scalar.Bool(true)),
        Arguments.of((byte) -1, new Scalar.Int(-1)),
        Arguments.of((short) 2, new Scalar.Int(2)),
        Arguments.of(3, new Scalar.Int(3)),
        Arguments.of(4L, new Scalar.Int(4)),
        Arguments.of(BigInteger.TEN, new Scalar.Int(10)),
        Arguments.of(BigInteger.TWO.pow(63), new Scalar.BigInt(BigInteger.TWO.pow(63))),
        Arguments.of(BigInteger.TWO.pow(63).negate(), new Scalar.Int(Long.MIN_VALUE)),
        Arguments.of(0.5f, Scalar.real(0.5)),
        Arguments.of(0.1, Scalar.real(0.1)),
        Arguments.of("x", new Text("x")),
        Arguments.of(new byte[] {1, 2}, Scalar.Bytes.of((byte) 1, (byte) 2)));
  }

  @ParameterizedTest
  @MethodSource
  void plainObjects(Object plain, Value value) {
    assertEquals(value, Value.of(plain));
  }

  @Test
  void aValueStaysItself() {
    Tensor x = Tensor.ones(1);
    assertSame(x, Value.of(x));
  }

  @Test
  void collectionsBecomeContainers() {
    assertEquals(Seq.Kind.LIST, assertInstanceOf(Seq.class, Value.of(List.of(1, "a"))).kind());
    Seq set = assertInstanceOf(Seq.class, Value.of(new TreeSet<>(List.of(3, 1, 2))));
    assertEquals(Seq.Kind.SET, set.kind());
    assertEquals(List.of(new Scalar.Int(1), new Scalar.Int(2), new Scalar.Int(3)), set.items());
    assertEquals(Scalar.Nil.NONE, Value.of(Arrays.asList(1, null)).at(1));
  }

  @Test
  void mapsWithAnOrderKeepItAndOthersAreSorted() {
    Map<String, Integer> ordered = new LinkedHashMap<>();
    ordered.put("b", 1);
    ordered.put("a", 2);
    assertEquals("[b, a]", keys(Value.of(ordered)));
    assertEquals("[a, b, c, d, e]", keys(Value.of(Map.of("d", 1, "b", 2, "e", 3, "a", 4, "c", 5))));
  }

  private static String keys(Value dict) {
    return dict.asDict().entries().sequencedKeySet().toString();
  }

  @Test
  void refusesObjectsWithoutAMeaning() {
    var error = assertThrows(IllegalArgumentException.class, () -> Value.of(new Object()));
    assertEquals("no value for java.lang.Object; wrap it in a Value first", error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Value.of(List.of(List.of('x'))));
  }

  @Test
  void followsPaths() {
    Dict tree =
        Dict.of("optimizer", Dict.of("groups", List.of(Map.of("lr", 0.1)), 0, Seq.tuple(7, 8)));
    assertEquals(0.1, tree.at("optimizer", "groups", 0, "lr").asDouble());
    assertEquals(8, tree.at("optimizer", 0, 1).asLong());
    assertSame(tree, tree.at());
  }

  @Test
  void saysWhereAPathEnds() {
    Dict tree = Dict.of("model", Dict.of("w", Tensor.ones(1)), "list", List.of(1));
    assertEquals(
        "no 'x' at [model], which is a dict with the keys [w]",
        assertThrows(NoSuchElementException.class, () -> tree.at("model", "x")).getMessage());
    assertEquals(
        "no '1' at [list], which is a list of 1 items",
        assertThrows(NoSuchElementException.class, () -> tree.at("list", 1)).getMessage());
    assertEquals(
        "no '0' at [model, w], which is a tensor",
        assertThrows(NoSuchElementException.class, () -> tree.at("model", "w", 0)).getMessage());
    assertEquals(
        "no 'y' at the root, which is a dict with the keys [model, list]",
        assertThrows(NoSuchElementException.class, () -> tree.at("y")).getMessage());
    assertThrows(NoSuchElementException.class, () -> tree.at("list", -1));
  }

  @Test
  void givesWhatItIs() {
    assertEquals(5, Value.of(5).asLong());
    assertEquals(5.0, Value.of(5).asDouble());
    assertEquals(0x1p64, Value.of(BigInteger.TWO.pow(64)).asDouble());
    assertEquals("x", Value.of("x").asText());
    assertEquals(true, Value.of(true).asBool());
    assertEquals(2, Seq.of(1, 2).asList().size());
  }

  static Stream<Arguments> wrongKinds() {
    Value one = Value.of(1);
    Value real = Value.of(1.5);
    return Stream.of(
        Arguments.of("a tensor", "an int", (Runnable) one::asTensor),
        Arguments.of("a dict", "an int", (Runnable) one::asDict),
        Arguments.of("a sequence", "an int", (Runnable) one::asList),
        Arguments.of("a string", "an int", (Runnable) one::asText),
        Arguments.of("a bool", "an int", (Runnable) one::asBool),
        Arguments.of("an int", "a float", (Runnable) real::asLong),
        Arguments.of("a float", "None", (Runnable) Scalar.Nil.NONE::asDouble),
        Arguments.of("a dict", "a tensor", (Runnable) Tensor.ones(1)::asStateDict));
  }

  @ParameterizedTest
  @MethodSource
  void wrongKinds(String wanted, String found, Runnable access) {
    var error = assertThrows(ClassCastException.class, access::run);
    assertEquals("expected %s, found %s".formatted(wanted, found), error.getMessage());
  }

  @Test
  void anIntegerBeyondALongIsNotCut() {
    Value big = Value.of(BigInteger.TWO.pow(70));
    assertThrows(ArithmeticException.class, big::asLong);
  }
}
