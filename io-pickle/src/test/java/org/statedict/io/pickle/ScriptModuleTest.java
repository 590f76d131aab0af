package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.TensorAssert;

/// TorchScript archives, against the state_dict that PyTorch gives of them.
class ScriptModuleTest {
  private static final Formats FORMATS = Formats.of(List.of(new PtFormat()));

  static Stream<GoldenFiles.Case> archives() throws IOException {
    return GoldenFiles.of("torchscript").cases();
  }

  @ParameterizedTest
  @MethodSource("archives")
  void isReadAsTheStateDictOfItsModule(GoldenFiles.Case file) throws IOException {
    try (Checkpoint open = FORMATS.open(file.path(), LoadOptions.DEFAULT)) {
      TensorAssert.assertTensors(file.expected().path("tensors"), open);
      assertEquals("torchscript", open.formatDetail());
      assertEquals(List.of(), List.copyOf(open.values().keySet()));
      assertTrue(
          open.warnings().toString().contains("read as the state_dict"),
          open.warnings().toString());
    }
  }
}
