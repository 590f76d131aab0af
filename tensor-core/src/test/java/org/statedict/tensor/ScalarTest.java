package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarTest {
  @Test
  void floatsAreEqualByTheirBits() {
    assertNotEquals(Scalar.real(0.0), Scalar.real(-0.0));
    assertEquals(Scalar.real(Double.NaN), Scalar.real(Double.NaN));
    Scalar.Real payload = new Scalar.Real(0x7ff8_0000_0000_0001L);
    assertNotEquals(Scalar.real(Double.NaN), payload);
    assertEquals(0x7ff8_0000_0000_0001L, payload.bits());
  }

  @Test
  void anIntegerHasOneForm() {
    assertEquals(new Scalar.Int(5), Scalar.integer(BigInteger.valueOf(5)));
    assertThrows(IllegalArgumentException.class, () -> new Scalar.BigInt(BigInteger.TEN));
  }

  @Test
  void numbersOfDifferentTypesDiffer() {
    assertNotEquals(Value.of(1), Value.of(1.0));
    assertNotEquals(Value.of(1), Value.of(true));
    assertNotEquals(Scalar.Bytes.of((byte) 1), Scalar.Bytes.array((byte) 1));
  }

  @Test
  void bytesAreCopied() {
    byte[] mine = {1, 2};
    Scalar.Bytes bytes = Scalar.Bytes.of(mine);
    mine[0] = 9;
    bytes.toArray()[1] = 9;
    assertEquals(Scalar.Bytes.of((byte) 1, (byte) 2), bytes);
    assertEquals("bytes:0102", bytes.toString());
  }

  @Test
  void typedNumbersHaveTheirTypesSize() {
    Scalar.Typed half = new Scalar.Typed(DType.FLOAT16, (byte) 0, (byte) 0x3c);
    assertEquals(half, new Scalar.Typed(DType.FLOAT16, (byte) 0, (byte) 0x3c));
    assertNotEquals(half, new Scalar.Typed(DType.BFLOAT16, (byte) 0, (byte) 0x3c));
    assertEquals("float16:003c", half.toString());
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> new Scalar.Typed(DType.FLOAT32, new byte[2]));
    assertEquals("one float32 takes 4 bytes, not 2", error.getMessage());
  }

  @Test
  void tuplesAreEqualByValueAndListsAreNot() {
    assertEquals(Seq.tuple(1, "a"), Seq.tuple(1, "a"));
    assertNotEquals(Seq.tuple(1, "a"), Seq.tuple(1, "b"));
    assertNotEquals(Seq.of(1), Seq.of(1));
    assertEquals(Seq.size(Shape.of(2, 3)), Seq.size(Shape.of(2, 3)));
    assertNotEquals(Seq.size(Shape.of(2, 3)), Seq.tuple(2, 3));
    assertEquals(Seq.tuple(1).hashCode(), Seq.tuple(1).hashCode());
  }

  @Test
  void bigSequencesPrintTheirSizeOnly() {
    assertEquals("list[1, 2]", Seq.of(1, 2).toString());
    assertEquals(
        "tuple of 200 items",
        Seq.of(Seq.Kind.TUPLE, Collections.nCopies(200, Value.of(1))).toString());
  }

  @Test
  void printsAsPythonWould() {
    assertEquals("None", Value.of(null).toString());
    assertEquals("True", Value.of(true).toString());
    assertEquals("torch.bfloat16", new Scalar.DTypeName(DType.BFLOAT16).toString());
    assertEquals(
        List.of("0.1", "7", "x"),
        List.of(Value.of(0.1), Value.of(7), Value.of("x")).stream().map(Value::toString).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "1,1.0",
    "0.001,0.001",
    "1e-5,1e-05",
    "1.5e-7,1.5e-07",
    "0.0001,0.0001",
    "123456789,123456789.0",
    "1e15,1000000000000000.0",
    "1e16,1e+16",
    "1.25e300,1.25e+300",
    "-0.0,-0.0",
    "NaN,nan",
    "-Infinity,-inf",
    "0.1,0.1"
  })
  void floatsPrintAsPythonPrintsThem(double number, String text) {
    assertEquals(text, Value.of(number).toString());
  }
}
