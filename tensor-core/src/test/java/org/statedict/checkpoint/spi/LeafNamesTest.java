package org.statedict.checkpoint.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

class LeafNamesTest {
  private static final Tensor T = Tensor.ones(1);

  @Test
  void joinsKeysAndPositionsByDots() throws CheckpointException {
    Value root =
        Dict.of(
            "a",
            Dict.of("b", List.of(1, T)),
            7,
            "seven",
            Seq.tuple(1, 2),
            "third",
            "empty",
            Dict.of());
    assertEquals(List.of("a.b.0", "a.b.1", "7", "2", "empty"), names(root));
  }

  @Test
  void rootLeafIsCalledValue() throws CheckpointException {
    assertEquals(List.of("value"), names(T));
    assertEquals(List.of("value"), names(Seq.of()));
  }

  @Test
  void numbersNamesThatAreTakenEmptyOrReserved() throws CheckpointException {
    Value root =
        Dict.of(
            "a.b",
            T,
            "a",
            Dict.of("b", T),
            "",
            T,
            "__metadata__",
            T,
            "statedict.tree",
            T,
            "x~2",
            T);
    assertEquals(
        List.of("a.b", "a.b~2", "~2", "__metadata__~2", "statedict.tree~2", "x~2"), names(root));
  }

  @Test
  void wholeModulesTensorsHaveTheNamesOfItsStateDict() throws CheckpointException {
    Value leaf = module("torch.nn.Linear", Dict.of("weight", T), Dict.of());
    Value root = module("Net", Dict.of(), Dict.of("fc", leaf));
    assertEquals(List.of("fc.weight"), tensors(root));
  }

  private static Value module(String name, Dict parameters, Dict modules) {
    Dict state =
        Dict.of(
            "training",
            true,
            "_parameters",
            parameters,
            "_buffers",
            Dict.of(),
            "_modules",
            modules);
    return new Opaque(name, Seq.tuple(), state, List.of(), List.of());
  }

  @Test
  void partsOfSparseAndQuantizedTensorsHaveTheirOwnNames() throws CheckpointException {
    Value sparse =
        new Opaque(
            "torch._utils._rebuild_sparse_tensor",
            Seq.tuple(new Scalar.GlobalName("torch.sparse_coo"), Seq.tuple(T, T, Seq.of(), true)),
            null,
            List.of(),
            List.of());
    Value quantized =
        new Opaque(
            "torch._utils._rebuild_qtensor",
            Seq.tuple(T, 0, Seq.tuple(1), Seq.tuple(1), Seq.tuple("affine", T, T, 0), false),
            null,
            List.of(),
            List.of());
    assertEquals(
        List.of("s.indices", "s.values", "q.int_repr", "q.scales", "q.zero_points"),
        tensors(Dict.of("s", sparse, "q", quantized)));
  }

  @Test
  void sharedContainersAreListedAtEachOfTheirPlaces() throws CheckpointException {
    Value shared = Dict.of("x", 1);
    assertEquals(List.of("a.x", "b.x"), names(Dict.of("a", shared, "b", shared)));
  }

  @Test
  void refusesSharingThatMultiplies() {
    Value bomb = Seq.of(1);
    for (int i = 0; i < 60; i++) {
      bomb = Seq.of(bomb, bomb);
    }
    Value root = bomb;
    var error = assertThrows(CheckpointException.class, () -> names(root));
    assertTrue(error.getMessage().contains("multiply"), error.getMessage());
  }

  @Test
  void refusesATreeThatIsTooDeep() {
    Value deep = Seq.of();
    for (int i = 0; i < 101; i++) {
      deep = Seq.of(deep);
    }
    Value root = deep;
    assertThrows(CheckpointException.class, () -> names(root));
  }

  @Test
  void countsTensorsAgainstTheLimit() {
    Limits one = Limits.DEFAULT.with(Limit.TENSORS, 1);
    var error =
        assertThrows(
            CheckpointException.class,
            () -> LeafNames.of(Dict.of("a", T, "b", T), one, Where.in("x")));
    assertTrue(error.getMessage().contains("limit tensors=1"), error.getMessage());
  }

  private static List<String> names(Value root) throws CheckpointException {
    return leaves(root).stream().map(Leaf::name).toList();
  }

  private static List<String> tensors(Value root) throws CheckpointException {
    return leaves(root).stream()
        .filter(leaf -> leaf.value() instanceof Tensor)
        .map(Leaf::name)
        .toList();
  }

  private static List<Leaf> leaves(Value root) throws CheckpointException {
    return LeafNames.of(root, Limits.DEFAULT, Where.in("x"));
  }
}
