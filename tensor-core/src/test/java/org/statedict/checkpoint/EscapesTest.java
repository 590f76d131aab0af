package org.statedict.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fc1.weight  | fc1.weight
          層.重み      | 層.重み
          """)
  void leavesOrdinaryNamesAlone(String name, String shown) {
    assertEquals(shown, Escapes.visible(name));
  }

  @Test
  void escapesWhatATerminalWouldObey() {
    assertEquals("\\u001b[2J\\u0007", Escapes.visible("\u001b[2J\u0007"));
    assertEquals("a\\u000ab", Escapes.visible("a\nb"));
    assertEquals("\\u202egnp.exe", Escapes.visible("\u202egnp.exe"));
    assertEquals("x\\ud800y", Escapes.visible("x\ud800y"));
    assertEquals("\\u200bz", Escapes.visible("\u200bz"));
  }

  @Test
  void cutsLongNames() {
    assertEquals("n".repeat(200) + "...", Escapes.visible("n".repeat(100_000)));
  }
}
