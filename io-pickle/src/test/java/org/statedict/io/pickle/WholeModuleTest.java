package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Dict;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;
import org.statedict.testkit.GoldenFiles;

/// Whole models that PyTorch wrote, beside the state_dict that PyTorch wrote of the same model.
class WholeModuleTest {
  private static Value golden(String file) throws IOException {
    return Checkpoints.load(GoldenFiles.find("pytorch").resolve(file));
  }

  @ParameterizedTest
  @CsvSource({
    "net_module.pt,net.pt",
    "cnn_module.pt,cnn_state.pt",
    "lstm_module.pt,lstm_state.pt",
    "gru_module.pt,gru_state.pt",
    "rnn_module.pt,rnn_state.pt",
    "tied_module.pt,tied.pt"
  })
  void stateIsWhatTheModelsStateDictIs(String model, String state) throws IOException {
    StateDict found = golden(model).asStateDict();
    StateDict expected = golden(state).asStateDict();
    assertEquals(List.copyOf(expected.tensors().keySet()), List.copyOf(found.tensors().keySet()));
    assertEquals(
        "", Values.difference(expected.attributes(), found.attributes(), Strictness.EVERYTHING));
    if (!model.startsWith("tied")) { // drawn from other seeds
      assertEquals("", Values.difference(expected, found, Strictness.EVERYTHING));
    }
  }

  @Test
  void unsavedBuffersAndMissingPartsAreLeftOut() {
    Dict parts =
        Dict.of(
            "_parameters",
            Dict.of("weight", Tensor.ones(1), "bias", Scalar.Nil.NONE),
            "_buffers",
            Dict.of("kept", Tensor.ones(1), "scratch", Tensor.ones(1)),
            "_non_persistent_buffers_set",
            Set.of("scratch"),
            "_modules",
            Dict.of("gone", Scalar.Nil.NONE));
    assertEquals(
        "[weight, kept]", ModuleTree.stateDict(module(parts)).tensors().keySet().toString());
  }

  private static Opaque module(Dict state) {
    return new Opaque("a.Module", null, state, List.of(), List.of());
  }

  @Test
  void modulesInManyPlacesEndInAMessage() {
    Opaque module =
        module(
            Dict.of(
                "_parameters", Dict.of("w", Tensor.ones(1)),
                "_buffers", Dict.EMPTY,
                "_modules", Dict.EMPTY));
    for (int i = 0; i < 64; i++) {
      Dict twice = Dict.of("a", module, "b", module);
      module =
          module(Dict.of("_parameters", Dict.EMPTY, "_buffers", Dict.EMPTY, "_modules", twice));
    }
    Opaque doubled = module;
    ClassCastException e =
        assertThrows(ClassCastException.class, () -> ModuleTree.stateDict(doubled));
    assertTrue(String.valueOf(e.getMessage()).contains("too many places"), e.getMessage());
  }

  @Test
  void aPartOfAnotherKindIsNamed() {
    Opaque bad =
        module(
            Dict.of(
                "_parameters", Dict.EMPTY,
                "_buffers", Dict.EMPTY,
                "_modules", Dict.of("inner", 3)));
    ClassCastException e = assertThrows(ClassCastException.class, () -> ModuleTree.stateDict(bad));
    assertEquals("'inner' is an int, not a module", e.getMessage());
  }
}
