package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The bytes are those of PyTorch's `resolve_conj` and `resolve_neg`.
class SignFlipsTest {
  private static final Traits NEGATIVE = Traits.NONE.withNeg(true);
  private static final Traits CONJUGATE = Traits.NONE.withConj(true);

  @ParameterizedTest
  @CsvSource({"false,false,1,2", "false,true,1,-2", "true,false,-1,-2", "true,true,-1,2"})
  void complexNumbersFlipTheirParts(boolean neg, boolean conj, double re, double im) {
    Traits traits = Traits.NONE.withNeg(neg).withConj(conj);
    for (DType dtype : new DType[] {DType.COMPLEX128, DType.COMPLEX64, DType.COMPLEX32}) {
      Tensor numbers = Tensor.over(Storage.of(9.0, 9, 1, 2), DType.COMPLEX128, Shape.of(2));
      Tensor lazy = numbers.to(dtype).withTraits(traits).slice(0, 1, 2);
      Tensor resolved = lazy.copy().to(DType.COMPLEX128);
      Tensor parts = Tensor.over(resolved.storage(), DType.FLOAT64, Shape.of(2));
      assertArrayEquals(new double[] {re, im}, parts.toDoubleArray());
    }
  }

  static Stream<Arguments> integers() {
    return Stream.of(
        Arguments.of(DType.INT64, new long[] {0, 1, -5, Long.MIN_VALUE, 256}),
        Arguments.of(DType.INT32, new long[] {0, 1, -5, Integer.MIN_VALUE, 65536}),
        Arguments.of(DType.INT16, new long[] {0, 1, -5, Short.MIN_VALUE, 256}),
        Arguments.of(DType.INT8, new long[] {0, 1, -5, Byte.MIN_VALUE, 127}));
  }

  @ParameterizedTest
  @MethodSource
  void integers(DType dtype, long[] numbers) {
    Tensor negative = Tensor.of(numbers).to(dtype).withTraits(NEGATIVE);
    for (int i = 0; i < numbers.length; i++) {
      long expected = -numbers[i] << (64 - dtype.bits()) >> (64 - dtype.bits());
      assertEquals(expected, negative.getLong(i));
    }
  }

  @Test
  void bytesWrapAround() {
    Tensor bytes = Tensor.over(Storage.of((byte) 0, (byte) 1), DType.UINT8, Shape.of(2));
    assertArrayEquals(new long[] {0, 255}, bytes.withTraits(NEGATIVE).toLongArray());
  }

  @Test
  void zerosAndNaNsChangeTheirSign() {
    Tensor x = Tensor.of(new float[] {0, Float.NaN}).withTraits(NEGATIVE);
    int[] bits = new int[2];
    TensorBytes.of(x).copyTo(0, MemorySegment.ofArray(bits));
    assertArrayEquals(new int[] {0x8000_0000, 0xffc0_0000}, bits);
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL",
    "UINT16",
    "UINT64",
    "FLOAT8_E5M2",
    "FLOAT8_E8M0FNU",
    "FLOAT4_E2M1FN",
    "INT4",
    "QINT8",
    "BITS8"
  })
  void refusesToNegateWhatPyTorchDoesNot(DType dtype) {
    Tensor x = Tensor.over(Storage.of(new byte[8]), dtype, Shape.of(1));
    assertThrows(IllegalArgumentException.class, () -> x.withTraits(NEGATIVE));
    assertThrows(IllegalArgumentException.class, () -> x.withTraits(CONJUGATE));
  }
}
