package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class SmallFloatTest {
  @Test
  void decodesFloat4AsTheStandardLists() {
    float[] numbers = new float[16];
    IntStream.range(0, 16).forEach(i -> numbers[i] = SmallFloat.FLOAT4_E2M1FN.decode(i));
    assertArrayEquals(
        new float[] {0, .5f, 1, 1.5f, 2, 3, 4, 6, -0f, -.5f, -1, -1.5f, -2, -3, -4, -6}, numbers);
  }

  @Test
  void decodesTheLimitsOfFloat6() {
    assertEquals(7.5f, SmallFloat.FLOAT6_E2M3FN.decode(0x1f));
    assertEquals(0.125f, SmallFloat.FLOAT6_E2M3FN.decode(1));
    assertEquals(-28f, SmallFloat.FLOAT6_E3M2FN.decode(0x3f));
    assertEquals(0.0625f, SmallFloat.FLOAT6_E3M2FN.decode(1));
  }

  @Test
  void formatsWithoutSpecialsSaturateAndTurnNaNIntoZero() {
    SmallFloat float4 = SmallFloat.FLOAT4_E2M1FN;
    assertEquals(7, float4.encode(Float.POSITIVE_INFINITY));
    assertEquals(15, float4.encode(-100));
    assertEquals(8, float4.encode(Float.NaN));
    assertEquals(0, float4.encode(.25f));
    assertEquals(2, float4.encode(.75f));
  }

  @ParameterizedTest
  @EnumSource(SmallFloat.class)
  void everyCodeThatIsNoNaNComesBack(SmallFloat format) {
    int bits = DType.valueOf(format.name()).bits();
    for (int code = 0; code < 1 << bits; code++) {
      float number = format.decode(code);
      if (!Float.isNaN(number)) {
        assertEquals(code, format.encode(number), "code " + code);
      }
    }
  }

  /// Searches all codes for the nearest one, instead of computing it.
  @ParameterizedTest
  @EnumSource(value = SmallFloat.class, mode = Mode.EXCLUDE, names = "FLOAT8_E8M0FNU")
  void encodesToTheNearestCodeTiesToEven(SmallFloat format) {
    Random random = new Random(7);
    int codes = 1 << (DType.valueOf(format.name()).bits() - 1);
    float greatest = 0;
    for (int code = 0; code < codes; code++) {
      float number = format.decode(code);
      greatest = Float.isFinite(number) ? Math.max(greatest, number) : greatest;
    }
    for (int i = 0; i < 300; i++) {
      int code = random.nextInt(codes - 1);
      float low = format.decode(code);
      float high = format.decode(code + 1);
      if (high <= greatest && low < high) {
        float middle = (float) (((double) low + high) / 2);
        assertEquals(code + (code & 1), format.encode(middle), "tie above code " + code);
        assertEquals(code, format.encode(Math.nextDown(middle)), "below the tie above " + code);
        assertEquals(code + 1, format.encode(Math.nextUp(middle)), "above the tie above " + code);
      }
    }
  }

  @Test
  void theFastPathsAgreeWithTheTable() {
    for (int code = 0; code < 1 << 16; code++) {
      assertSame(SmallFloat.FLOAT16.decode(code), FloatBits.fromHalf((short) code), code);
      assertSame(SmallFloat.BFLOAT16.decode(code), FloatBits.fromBfloat((short) code), code);
    }
    Random random = new Random(8);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      assertEquals((short) SmallFloat.FLOAT16.encode(value), FloatBits.toHalf(value));
      assertEquals((short) SmallFloat.BFLOAT16.encode(value), FloatBits.toBfloat(value));
    }
  }

  private static void assertSame(float expected, float actual, int code) {
    assertEquals(
        Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual), () -> "code " + code);
  }

  @Test
  void bfloat16KeepsEveryBitOfItsNaNs() {
    for (int code = 0x7f81; code < 0x8000; code++) {
      assertEquals(code, SmallFloat.BFLOAT16.encode(SmallFloat.BFLOAT16.decode(code)));
      assertEquals(
          code | 0x8000, SmallFloat.BFLOAT16.encode(SmallFloat.BFLOAT16.decode(code | 0x8000)));
    }
    float lowPayload = Float.intBitsToFloat(0x7f80_0001);
    assertTrue(Float.isNaN(SmallFloat.BFLOAT16.decode(SmallFloat.BFLOAT16.encode(lowPayload))));
  }
}
