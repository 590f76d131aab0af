package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class SmallFloatTest {
  private static final ValueLayout.OfFloat LITTLE_ENDIAN =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @ParameterizedTest
  @EnumSource(names = {"FLOAT4_E2M1FN", "FLOAT6_E2M3FN", "FLOAT6_E3M2FN"})
  void formatsBelowAByteAreThoseOfMlDtypes(SmallFloat format) {
    String name = DType.valueOf(format.name()).label();
    JsonNode tiny = TestData.json("casts/casts.json").get("tiny").get(name);
    float[] decoded = floats(tiny.get("decoded"));
    for (int code = 0; code < decoded.length; code++) {
      assertSame(decoded[code], format.decode(code), code);
    }
    float[] floats = floats(tiny.get("floats"));
    byte[] codes = TestData.base64(tiny.get("codes"));
    for (int i = 0; i < floats.length; i++) {
      assertEquals(codes[i], format.encode(floats[i]), "code of " + floats[i]);
    }
  }

  private static float[] floats(JsonNode base64) {
    return MemorySegment.ofArray(TestData.base64(base64)).toArray(LITTLE_ENDIAN);
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
