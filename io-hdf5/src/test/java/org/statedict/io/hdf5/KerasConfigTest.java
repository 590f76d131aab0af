package org.statedict.io.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.Verdict;

class KerasConfigTest {
  private static List<Finding> findings(String config) {
    return KerasConfig.findings(config, Where.in("x.keras"));
  }

  @Test
  void layersOfKerasAreFine() {
    assertEquals(List.of(), findings(""));
    assertEquals(
        List.of(),
        findings(
            """
            {"module": "keras.src.models", "class_name": "Functional", "config": {"layers": [
              {"module": "keras.layers", "class_name": "Dense", "config": {"name": "Lambda",
                "activation": {"module": "builtins", "class_name": "function"}}}]}}
            """));
  }

  @Test
  void codeIsFoundHoweverItIsSpelled() {
    String escaped = "{\"config\": {\"layers\": [{\"class_name\": \"L\\u0061mbda\"}]}}";
    assertEquals(Verdict.DANGEROUS, findings(escaped).getFirst().verdict());
    assertTrue(findings(escaped).getFirst().toString().contains("keras-lambda"));
    String imported = "{\"a\": [{\"module\": \"os\", \"class_name\": \"system\"}]}";
    assertEquals(Verdict.DANGEROUS, findings(imported).getFirst().verdict());
    assertTrue(findings(imported).getFirst().toString().contains("module 'os'"));
    assertEquals(Verdict.SUSPICIOUS, findings("{").getFirst().verdict());
  }
}
