package org.statedict.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.CheckpointException.Where;

class LimitsTest {
  @Test
  void parsesNamesNumbersAndUnits() {
    Limits limits = Limits.DEFAULT.parse("rank=3,header-bytes=2MiB");
    assertEquals(3, limits.get(Limit.RANK));
    assertEquals(2 << 20, limits.get(Limit.HEADER_BYTES));
    assertEquals(2_000_000, limits.get(Limit.TENSORS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "rank", "rank=", "rank=-1", "rank=1.5", "rank=1,", "weight=1", "rank=MiB"})
  void refusesOtherTexts(String text) {
    assertThrows(IllegalArgumentException.class, () -> Limits.DEFAULT.parse(text));
  }

  @Test
  void trustIsTenfold() {
    assertEquals(640, Limits.DEFAULT.trusted().get(Limit.RANK));
  }

  @Test
  void messageNamesLimitValueAndOption() {
    var error =
        assertThrows(
            CheckpointException.class,
            () -> Limits.DEFAULT.check(Limit.RANK, 65, Where.in("x.pt").entry("data.pkl").at(9)));
    assertEquals(
        "x.pt: data.pkl byte 9: 65 exceeds the limit rank=64;"
            + " for a file you trust raise it with --limit rank=N",
        error.getMessage());
  }

  @Test
  void countsAreUnsigned() throws CheckpointException {
    Limits.DEFAULT.check(Limit.RANK, 64, Where.in("x"));
    assertThrows(
        CheckpointException.class, () -> Limits.DEFAULT.check(Limit.RANK, -1, Where.in("x")));
  }
}
