package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;

/// What comes back after a save and a load.
abstract class RoundTripContract extends DamageContract {
  private static final int MANY = 10_000;
  private static final int TRIES = 40;

  @ParameterizedTest
  @MethodSource("valueCases")
  void comesBackAsItWas(Value value) throws IOException {
    Path file = file("x");
    SavePlan plan = formats().plan(value, file, exactly());
    formats().save(value, file, exactly());
    TensorAssert.assertSame(value, load(file), exactness());
    if (can(Ability.TREES)) {
      assertEquals(List.of(), plan.lost());
    }
  }

  @ParameterizedTest
  @MethodSource("valueCases")
  void comesBackByDefaultWithTheSameValuesAndListsWhatElseIsLost(Value value) throws IOException {
    Path file = file("x");
    SavePlan plan = formats().plan(value, file, QUICK);
    formats().save(value, file, QUICK);
    Value found = load(file);
    TensorAssert.assertSame(value, found, Strictness.VALUES);
    if (plan.lost().isEmpty()) {
      assertEquals(
          "", Values.difference(value, found, Strictness.EVERYTHING), "lost, but not listed");
    }
  }

  @ParameterizedTest
  @MethodSource("dtypeCases")
  void keepsEveryBitOfThisType(DType dtype) throws IOException {
    RandomValues random = new RandomValues(dtype.label().hashCode());
    Dict value =
        Dict.of(
            "matrix", random.tensor(dtype, Shape.of(4, 8)),
            "scalar", random.tensor(dtype, dtype.isSubByte() ? Shape.of(8) : Shape.SCALAR),
            "empty", random.tensor(dtype, Shape.of(0, 8)),
            "turned", turned(random.tensor(dtype, Shape.of(8, 8))));
    Path file = file(dtype.label());
    formats().save(value, file, QUICK);
    TensorAssert.assertSame(value, load(file), Strictness.VALUES);
  }

  /// Elements narrower than a byte stay packed in rows.
  private static Tensor turned(Tensor tensor) {
    return tensor.dtype().isSubByte() ? tensor : tensor.transpose(0, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a.b",
        "..",
        "a/b",
        "/",
        "__metadata__",
        "statedict.tree",
        "é",
        "e\u0301",
        "日本語",
        "\ud83d\ude00",
        "a\nb",
        "\"quoted\\\"",
        "\u202egnp.exe",
        "a\u0000b",
        "\ud800",
        "$tensor"
      })
  void keepsOddNames(String name) throws IOException {
    Dict value = Dict.of("before", Tensor.ones(1), name, Tensor.ones(2), "after", Tensor.ones(3));
    keeps(value);
  }

  @Test
  void keepsALongName() throws IOException {
    keeps(Dict.of("n".repeat(1000), Tensor.ones(1)));
  }

  private void keeps(Value value) throws IOException {
    requireWriting();
    Path file = file("x");
    formats().save(value, file, QUICK);
    TensorAssert.assertSame(value, load(file), Strictness.VALUES);
    formats().save(value, file, exactly());
    TensorAssert.assertSame(value, load(file), exactness());
  }

  @Test
  void keepsTenThousandEntriesInOrder() throws IOException {
    requireWriting();
    Dict.Builder dict = Dict.builder();
    for (int i = 0; i < MANY; i++) {
      dict.put("layers." + (MANY - i) + ".weight", Tensor.full(i, 1, 2));
    }
    Value value = dict.build();
    Path file = file("many");
    formats().save(value, file, exactly());
    TensorAssert.assertSame(value, load(file), exactness());
    try (Checkpoint checkpoint = open(file, LoadOptions.DEFAULT)) {
      assertEquals(MANY, checkpoint.tensors().size());
    }
  }

  @Test
  void keepsRandomStateDicts() throws IOException {
    requireWriting();
    List<DType> dtypes = List.copyOf(dtypes());
    RandomValues.forAll(TRIES, random -> keeps(random.stateDict(dtypes)));
  }

  @Test
  void keepsRandomTrees() throws IOException {
    requireWriting();
    Assumptions.assumeTrue(can(Ability.TREES) && can(Ability.SHARING), "the format has no trees");
    List<DType> dtypes = List.copyOf(dtypes());
    RandomValues.forAll(TRIES, random -> keeps(random.value(dtypes)));
  }

  @ParameterizedTest
  @MethodSource("valueCases")
  void sameValueGivesTheSameBytes(Value value) throws IOException {
    Path one = Files.createDirectory(folder.resolve("one")).resolve("x" + ending());
    Path two = Files.createDirectory(folder.resolve("two")).resolve("x" + ending());
    formats().save(value, one, exactly());
    formats().save(load(one), two, exactly());
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
  }

  @Test
  void metadataComesBackOrIsListedAsLost() throws IOException {
    requireWriting();
    SaveOptions options = QUICK.withMetadata("producer", "é \"x\"\n").withMetadata("empty", "");
    Path file = file("x");
    SavePlan plan = formats().plan(SampleValues.stateDict(), file, options);
    formats().save(SampleValues.stateDict(), file, options);
    try (Checkpoint checkpoint = open(file, LoadOptions.DEFAULT)) {
      if (can(Ability.METADATA)) {
        options
            .metadata()
            .forEach((key, text) -> assertEquals(text, checkpoint.metadata().get(key), key));
      } else {
        assertTrue(plan.lost().stream().anyMatch(l -> l.what().contains("metadata")), "unlisted");
      }
    }
  }

  @Test
  void tiedTensorsAreStoredOnce() throws IOException {
    requireWriting();
    Assumptions.assumeTrue(can(Ability.SHARING), "the format shares nothing");
    Tensor tied = Tensor.zeros(100_000);
    formats().save(Dict.of("a", tied, "b", tied), file("tied"), QUICK);
    formats().save(Dict.of("a", tied), file("one"), QUICK);
    long more = Files.size(file("tied")) - Files.size(file("one"));
    assertTrue(more < 10_000, () -> "the second of two tied tensors takes " + more + " bytes");
    try (Checkpoint checkpoint = open(file("tied"), LoadOptions.DEFAULT)) {
      assertEquals(checkpoint.tensor("a").storage(), checkpoint.tensor("b").storage());
    }
  }

  @Test
  void warnsOfNothingThatItWroteItself() throws IOException {
    requireWriting();
    Path file = file("x");
    formats().save(SampleValues.stateDict(), file, exactly());
    try (Checkpoint checkpoint = open(file, LoadOptions.DEFAULT)) {
      assertEquals(List.of(), checkpoint.warnings());
      assertFalse(checkpoint.tensors().values().stream().anyMatch(t -> t.problem().isPresent()));
      assertEquals(Optional.empty(), checkpoint.tensors().firstEntry().getValue().problem());
    }
  }

  private SaveOptions exactly() {
    return can(Ability.TREES) ? EXACT : QUICK;
  }

  private Strictness exactness() {
    return can(Ability.TREES) && can(Ability.SHARING) ? Strictness.EVERYTHING : Strictness.VALUES;
  }
}
