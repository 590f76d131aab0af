package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.UnsafeCheckpointException;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;

/// Files made to harm: each is refused with the place of the harm, or loads and is right.
class PtHostileTest {
  private static final Formats FORMATS = Formats.of(List.of(new PtFormat()));

  /// The corpus gives the call; the name that is called stands before and is refused first.
  private static final Set<String> NAMED_BEFORE =
      Set.of("pickle/stack_global_computed.pkl", "pickle/obj_opcode.pkl");

  /// Names its data.pkl; the record itself is the better place.
  private static final String BYTE_ORDER = "pt/tensor_byteorder_unknown.pt";

  static Stream<GoldenFiles.Case> cases() throws IOException {
    return GoldenFiles.of("hostile")
        .cases()
        .filter(c ->
            List.of("pt", "pickle", "other")
                .contains(c.name().substring(0, c.name().indexOf('/'))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void isRefusedOrRight(GoldenFiles.Case file) throws IOException {
    Value value;
    try {
      value = FORMATS.load(file.path(), LoadOptions.DEFAULT);
      // what loads must also be fit to be listed and planned, within the same limits
      FORMATS.open(file.path(), LoadOptions.DEFAULT).close();
    } catch (CheckpointException refused) {
      assertRefusal(file, refused);
      return;
    }
    if (file.expected().path("attack").asText().equals("expansion-bomb")) {
      return; // loads as the view that it is; writing it out is what must be refused
    }
    assertMay(file, "load-safely", "it loaded");
    assertTensors(file.expected().path("tensors"), value);
  }

  private static void assertMay(GoldenFiles.Case file, String outcome, String what) {
    boolean may = file.expected().path("load").asText().equals(outcome);
    for (JsonNode other : file.expected().path("load_also_ok")) {
      may |= other.asText().equals(outcome);
    }
    assertTrue(may, () -> what + ": " + file.expected().path("what").asText());
  }

  private static void assertRefusal(GoldenFiles.Case file, CheckpointException refused) {
    assertMay(file, "reject", refused.getMessage());
    assertTrue(refused.getMessage().contains(file.path().toString()), refused.getMessage());
    JsonNode at = file.expected().path("at");
    if (at.path("entry").isTextual() && !file.name().equals(BYTE_ORDER)) {
      assertEquals(
          at.path("entry").asText(), refused.entry().orElse("no entry"), refused.getMessage());
    }
    if (at.path("offset").isNumber() && refused instanceof UnsafeCheckpointException) {
      assertOffset(file, at.path("offset").asLong(), refused);
    }
  }

  /// The corpus gives the offset of the construct; we refuse the dangerous name in it, which may
  /// stand a little later, or in one case earlier.
  private static void assertOffset(
      GoldenFiles.Case file, long construct, CheckpointException refused) {
    long found = refused.byteOffset().orElse(-1);
    boolean inside = found >= construct && found < construct + 60;
    assertTrue(inside || NAMED_BEFORE.contains(file.name()), refused.getMessage());
  }

  private static void assertTensors(JsonNode tensors, Value value) {
    for (Map.Entry<String, JsonNode> expected : tensors.properties()) {
      String key = expected.getKey().equals("~2") ? "" : expected.getKey();
      Tensor found = value.at(key).asTensor();
      String dtype = expected.getValue().path("dtype").asText().toLowerCase(Locale.ROOT);
      assertEquals(
          dtype.replace("f32", "float32").replace("f64", "float64"), found.dtype().label());
      assertEquals(expected.getValue().path("sha256").asText(), TorchValueAssert.sha256(found));
    }
  }
}
