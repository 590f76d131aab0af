package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What `torch.nn.modules.utils.consume_prefix_in_state_dict_if_present` does, in PyTorch 2.13.
class StripPrefixTest {
  @Test
  void stripsTheNamesThatBeginWithIt() {
    StateDict wrapped =
        Dict.of(
                "module.fc.weight",
                Tensor.ones(2),
                "step",
                Tensor.ones(1),
                "module.fc.bias",
                Tensor.ones(1))
            .asStateDict();
    assertEquals(
        List.of("step", "fc.weight", "fc.bias"),
        List.copyOf(wrapped.stripPrefix("module.").tensors().keySet()));
  }

  @Test
  void stripsTheMetadataToo() {
    Dict metadata =
        Dict.of(
            "",
            Dict.of("version", 1),
            "module",
            Dict.of("version", 1),
            "module.fc",
            Dict.of("version", 2));
    StateDict wrapped =
        Dict.builder(Dict.Kind.ORDERED)
            .put("module.fc.weight", Tensor.ones(2))
            .attributes(Dict.of("_metadata", metadata, "other", 3))
            .build()
            .asStateDict();
    Dict stripped = wrapped.stripPrefix("module.").attributes();
    assertEquals(3, stripped.at("other").asLong());
    assertEquals(2, stripped.at("_metadata", "fc", "version").asLong());
    assertEquals(1, stripped.at("_metadata", "", "version").asLong());
    assertEquals(2, stripped.at("_metadata").asDict().size());
  }

  @Test
  void refusesToMergeTwoEntries() {
    StateDict both = Dict.of("module.w", Tensor.ones(1), "w", Tensor.ones(1)).asStateDict();
    assertThrows(IllegalArgumentException.class, () -> both.stripPrefix("module."));
  }
}
