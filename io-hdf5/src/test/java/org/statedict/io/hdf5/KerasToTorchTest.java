package org.statedict.io.hdf5;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.ValueTransform;
import org.statedict.checkpoint.ValueTransform.Transformed;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.testkit.GoldenFiles;

/// Names and axes; that models compute the same is shown beside Keras and PyTorch.
class KerasToTorchTest {
  private static final ValueTransform TRANSFORM = ValueTransform.named("keras-to-torch");

  private static String listed(String file) throws IOException {
    try (Checkpoint open = Checkpoints.open(GoldenFiles.find("hdf5").resolve(file))) {
      StringBuilder all = new StringBuilder();
      Dict state = (Dict) TRANSFORM.apply(open.tree(), open.metadata()).value();
      state
          .entries()
          .forEach((name, tensor) ->
              all.append(name).append(' ').append(((Tensor) tensor).shape()).append('\n'));
      return all.toString();
    }
  }

  @Test
  void keras3ModelsHaveTheirLayersNames() throws IOException {
    assertEquals(
        """
        conv.weight [3, 2, 2, 2]
        conv.bias [3]
        bn.weight [3]
        bn.bias [3]
        bn.running_mean [3]
        bn.running_var [3]
        bn.num_batches_tracked []
        out.weight [2, 27]
        out.bias [2]
        """,
        listed("keras3.keras"));
    assertEquals(listed("keras3.keras"), listed("keras3_legacy_model.h5"));
  }

  @Test
  void modelsInModelsKeepBothNames() throws IOException {
    assertEquals(
        """
        a.weight [2, 2]
        a.bias [2]
        b.weight [2, 2]
        b.bias [2]
        l.weight_ih_l0 [8, 3]
        l.weight_hh_l0 [8, 2]
        l.bias_ih_l0 [8]
        l.bias_hh_l0 [8]
        inner.c.weight [1, 2]
        inner.c.bias [1]
        """,
        listed("keras3_seq.weights.h5"));
  }

  @Test
  void keras2WeightsAreKnownByTheirNames() throws IOException {
    assertEquals(
        """
        embedding.weight [5, 3]
        dense.weight [2, 3]
        dense.bias [2]
        batch_normalization.weight [2]
        batch_normalization.bias [2]
        batch_normalization.running_mean [2]
        batch_normalization.running_var [2]
        batch_normalization.num_batches_tracked []
        lstm.weight_ih_l0 [8, 2]
        lstm.weight_hh_l0 [8, 2]
        lstm.bias_ih_l0 [8]
        lstm.bias_hh_l0 [8]
        """,
        listed("keras2_weights.h5"));
  }

  @Test
  void unknownLayersStayAsTheyAreAndAreListed() throws UnsupportedValueException {
    Dict vars = Dict.of("vars", Dict.of("0", Tensor.ones(2, 2), "1", Tensor.ones(2)));
    Dict value = Dict.of("vars", Dict.EMPTY, "mine", vars, "optimizer", vars);
    Transformed done = TRANSFORM.apply(value, Map.of());
    assertEquals("[mine.0, mine.1]", ((Dict) done.value()).entries().keySet().toString());
    assertEquals(
        List.of(
            new Loss("the optimizer's state", false),
            new Loss("how PyTorch has layer 'mine', whose 2 variables stay as they are", false)),
        done.lost());
  }

  @Test
  void aLayerThatListsAWeightWhichIsNotThereIsRefused(@TempDir Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenFiles.find("hdf5").resolve("keras2_weights.h5"));
    int list = new String(bytes, ISO_8859_1).indexOf("dense/kernel:0");
    bytes[list + "dense/k".length()] = 'u';
    Path file = Files.write(folder.resolve("w.h5"), bytes);
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Checkpoints.load(file).asDict());
    assertTrue(e.getMessage().contains("'dense'"), e.getMessage());
    assertTrue(e.getMessage().contains("'dense/dense/kurnel:0'"), e.getMessage());
  }

  @Test
  void groupsWithSeveralNamesAreArrangedOnce() {
    Dict doubled = Dict.of("b", Tensor.ones(1), "a", Tensor.ones(1));
    for (int i = 0; i < 64; i++) {
      doubled = Dict.of("y", doubled, "x", doubled);
    }
    KerasOrder order = new KerasOrder();
    order.add("", List.of("x", "y"));
    Dict arranged = (Dict) order.arrange(doubled);
    assertEquals("[x, y]", arranged.entries().keySet().toString());
    assertSame(arranged.get("x").orElseThrow(), arranged.get("y").orElseThrow());
  }

  @Test
  void whatIsNoKerasModelIsRefused() {
    for (Dict value : List.of(Dict.EMPTY, Dict.of("w", Tensor.ones(1)))) {
      assertThrows(
          UnsupportedValueException.class, () -> Checkpoints.transform("keras-to-torch", value));
    }
    assertThrows(
        UnsupportedValueException.class,
        () -> Checkpoints.transform("keras-to-torch", Tensor.ones(1)));
  }
}
