package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every conversion against what PyTorch made of the same elements.
class CastGoldenTest {
  private static final JsonNode GOLDEN = TestData.json("casts/casts.json");
  private static final int BLOCK = 1024;
  private static final short BFLOAT_NAN = 0x7fc0;

  static List<Arguments> every() {
    return pairs(GOLDEN.get("every"));
  }

  static List<Arguments> samples() {
    List<Arguments> pairs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> from : GOLDEN.get("samples").properties()) {
      for (Map.Entry<String, JsonNode> to : from.getValue().get("to").properties()) {
        pairs.add(Arguments.of(dtype(from.getKey()), dtype(to.getKey())));
      }
    }
    return pairs;
  }

  private static List<Arguments> pairs(JsonNode table) {
    List<Arguments> pairs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> from : table.properties()) {
      for (Map.Entry<String, JsonNode> to : from.getValue().properties()) {
        pairs.add(Arguments.of(dtype(from.getKey()), dtype(to.getKey())));
      }
    }
    return pairs;
  }

  private static DType dtype(String name) {
    return DType.named(name).orElseThrow();
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource
  void every(DType from, DType to) {
    byte[] converted = convert(everyCode(from), from, to);
    List<String> sums =
        List.of(GOLDEN.get("every").get(from.label()).get(to.label()).asText().split(" "));
    int piece = BLOCK * to.bits() / 8;
    assertEquals(Math.ceilDiv(converted.length, piece), sums.size());
    for (int i = 0; i < sums.size(); i++) {
      CRC32 crc = new CRC32();
      crc.update(converted, i * piece, Math.min(piece, converted.length - i * piece));
      assertEquals(
          sums.get(i), "%08x".formatted(crc.getValue()), "codes from " + i * BLOCK + " on");
    }
  }

  private static byte[] everyCode(DType dtype) {
    int count = dtype == DType.BOOL ? 2 : 1 << dtype.bits();
    MemorySegment codes = MemorySegment.ofArray(new byte[count * dtype.bits() / 8]);
    for (int code = 0; code < count; code++) {
      if (dtype.bits() == 8) {
        codes.set(ValueLayout.JAVA_BYTE, code, (byte) code);
      } else {
        codes.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * code, (short) code);
      }
    }
    return codes.toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource
  void samples(DType from, DType to) {
    JsonNode sample = GOLDEN.get("samples").get(from.label());
    byte[] elements = TestData.base64(sample.get("elements"));
    assertEquals(
        described(elements, from, TestData.base64(sample.get("to").get(to.label())), to),
        described(elements, from, convert(elements, from, to), to));
  }

  private static List<String> described(byte[] from, DType fromType, byte[] to, DType toType) {
    int count = from.length * 8 / fromType.bits();
    return IntStream.range(0, count)
        .mapToObj(i -> element(from, fromType, i) + " is " + element(to, toType, i))
        .toList();
  }

  private static String element(byte[] bytes, DType dtype, int i) {
    int width = dtype.bits() / 8;
    return HexFormat.of().formatHex(bytes, i * width, (i + 1) * width);
  }

  private static byte[] convert(byte[] elements, DType from, DType to) {
    long count = elements.length * 8L / from.bits();
    Tensor converted = Tensor.over(Storage.of(elements), from, Shape.of(count)).to(to);
    byte[] bytes = new byte[Math.toIntExact(converted.byteSize())];
    TensorBytes.of(converted).copyTo(0, MemorySegment.ofArray(bytes));
    return to == DType.BFLOAT16 ? withOneNaN(bytes) : bytes;
  }

  /// PyTorch drops the payload of a bfloat16 NaN, we keep it.
  private static byte[] withOneNaN(byte[] bfloats) {
    MemorySegment all = MemorySegment.ofArray(bfloats);
    for (long at = 0; at < bfloats.length; at += 2) {
      if ((all.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0x7fff) > 0x7f80) {
        all.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, BFLOAT_NAN);
      }
    }
    return bfloats;
  }
}
