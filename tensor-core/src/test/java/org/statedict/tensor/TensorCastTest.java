package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class TensorCastTest {
  @Test
  void castingToTheSameTypeIsTheTensorItself() {
    Tensor x = Tensor.arange(3);
    assertSame(x, x.to(DType.INT64));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      mode = Mode.MATCH_ANY,
      names = {"Q.*", "BITS.*", "FLOAT[46]_.*", "U?INT[24]"})
  void refusesTypesThatPyTorchDoesNotConvert(DType dtype) {
    Tensor raw = Tensor.over(Storage.of(new byte[8]), dtype, Shape.of(1));
    var from = assertThrows(IllegalArgumentException.class, () -> raw.to(DType.FLOAT32));
    assertEquals(
        "no conversion from %s to float32: PyTorch has none for %s".formatted(dtype, dtype),
        from.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Tensor.ones(1).to(dtype));
  }

  @Test
  void castsATransposedTensorInPlace() {
    Tensor x = Tensor.arange(6).reshape(2, 3).transpose(0, 1);
    Tensor cast = x.to(DType.FLOAT16);
    assertEquals(x.strides(), cast.strides());
    assertArrayEquals(new double[] {0, 3, 1, 4, 2, 5}, cast.toDoubleArray());
  }

  @Test
  void castsARepeatedElementOnce() {
    Tensor many =
        Tensor.over(Storage.of(2.5f), DType.FLOAT32, Shape.of(1L << 40, 5), Strides.of(0, 0), 0);
    Tensor cast = many.to(DType.INT32);
    assertEquals(4, cast.storage().byteSize());
    assertEquals(2, cast.getLong(1L << 39, 3));
  }

  @Test
  void castsASliceToADenseTensor() {
    Tensor x = Tensor.arange(10).slice(0, 1, 10, 3).to(DType.UINT8);
    assertEquals(Strides.of(1), x.strides());
    assertEquals(3, x.storage().byteSize());
    assertArrayEquals(new long[] {1, 4, 7}, x.toLongArray());
  }

  @Test
  void castsNothing() {
    assertEquals(Shape.of(2, 0), Tensor.zeros(2, 0).to(DType.BFLOAT16).shape());
  }

  @Test
  void resolvesConjugationAndNegation() {
    Tensor x = Tensor.over(Storage.of(1f, 2f, 3f, -4f), DType.COMPLEX64, Shape.of(2));
    Tensor conjugate = x.withTraits(Traits.NONE.withConj(true)).to(DType.COMPLEX128);
    assertEquals(Traits.NONE, conjugate.traits());
    Tensor parts = Tensor.over(conjugate.storage(), DType.FLOAT64, Shape.of(4));
    assertArrayEquals(new double[] {1, -2, 3, 4}, parts.toDoubleArray());
    Tensor negative = Tensor.arange(3).withTraits(Traits.NONE.withNeg(true));
    assertEquals(-2, negative.to(DType.INT8).getLong(2));
  }

  @Test
  void onlyTypesWithGradientsStayParameters() {
    Traits parameter = Traits.NONE.withParameter(true).withRequiresGrad(true);
    Tensor weight = Tensor.ones(2).withTraits(parameter);
    assertEquals(parameter, weight.to(DType.BFLOAT16).traits());
    assertEquals(Traits.NONE, weight.to(DType.INT32).traits());
  }

  @Test
  void keepsTheDeviceTag() {
    Device cuda = new Device("cuda:0");
    Tensor x =
        Tensor.over(
            Storage.mapped(MemorySegment.ofArray(new byte[8]), cuda, "x.pt"),
            DType.FLOAT32,
            Shape.of(2));
    assertEquals(cuda, x.to(DType.FLOAT16).device());
  }

  @Test
  void aLentTensorIsConvertedWhenItsBytesAreCopied() {
    AtomicLong read = new AtomicLong();
    Storage lent =
        Storage.deferred(
            4L << 40,
            Device.CPU,
            (at, dst) -> {
              read.addAndGet(dst.byteSize());
              for (long i = 0; i < dst.byteSize(); i += 4) {
                dst.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) (at + i) / 4);
              }
            });
    Tensor half = Tensor.over(lent, DType.FLOAT32, Shape.of(1L << 40)).to(DType.FLOAT16);
    assertEquals(0, read.get());
    assertInstanceOf(DeferredStorage.class, half.storage());
    assertEquals(2L << 40, half.byteSize());
    assertArrayEquals(
        new double[] {2047, 2048, 2048, 2050},
        half.slice(0, 2047, 2051).toDoubleArray(),
        "2049 lies halfway and goes to the even 2048");
    assertEquals(16, read.get());
  }

  @Test
  void aLentCastGivesAnyRangeOfItsBytes() {
    Tensor lent =
        Tensor.over(
            Storage.mapped(MemorySegment.ofArray(new short[] {1, 2, 3, 4}), Device.CPU, "x"),
            DType.INT16,
            Shape.of(4));
    Storage cast = lent.to(DType.INT32).storage();
    byte[] some = new byte[6];
    cast.copyTo(3, MemorySegment.ofArray(some));
    assertArrayEquals(new byte[] {0, 2, 0, 0, 0, 3}, some);
  }

  @Test
  void elementsComeInRowMajorOrder() {
    Tensor x = Tensor.of(new float[] {1, 2.5f, -3, 4, 5, 6.75f}, 2, 3).transpose(0, 1);
    assertArrayEquals(new double[] {1, 4, 2.5, 5, -3, 6.75}, x.toDoubleArray());
    assertArrayEquals(new float[] {1, 4, 2.5f, 5, -3, 6.75f}, x.toFloatArray());
    assertArrayEquals(new long[] {1, 4, 2, 5, -3, 6}, x.toLongArray());
    assertEquals(6.75, x.getDouble(2, 1));
    assertEquals(6.75, x.getDouble(-1, -1));
    assertEquals(-3, x.getLong(2, 0));
    assertThrows(IllegalArgumentException.class, () -> x.getDouble(1));
    assertThrows(IndexOutOfBoundsException.class, () -> x.getDouble(3, 0));
  }

  @Test
  void unsignedIntegersAreNotNegative() {
    Tensor x = Tensor.over(Storage.of(-1L, Long.MIN_VALUE), DType.UINT64, Shape.of(2));
    assertArrayEquals(new double[] {0x1p64, 0x1p63}, x.toDoubleArray());
    assertArrayEquals(new long[] {-1, Long.MIN_VALUE}, x.toLongArray());
    Tensor bytes = Tensor.over(Storage.of((byte) -1), DType.UINT8, Shape.SCALAR);
    assertEquals(255, bytes.item());
  }

  @Test
  void readsElementsNarrowerThanAByte() {
    Storage packed = Storage.of((byte) 0xf1, (byte) 0x28);
    assertArrayEquals(
        new long[] {1, -1, -8, 2}, Tensor.over(packed, DType.INT4, Shape.of(4)).toLongArray());
    assertArrayEquals(
        new double[] {0.5, -6, -0.0, 1},
        Tensor.over(packed, DType.FLOAT4_E2M1FN, Shape.of(4)).toDoubleArray());
    assertArrayEquals(
        new long[] {1, 0, 3, 3, 0, 2, 2, 0},
        Tensor.over(packed, DType.UINT2, Shape.of(8)).toLongArray());
    Storage six = Storage.of((byte) 0b01_000001, (byte) 0b1111_0000, (byte) 0b100000_10);
    assertArrayEquals(
        new double[] {.125, .125, -1.875, -0.0},
        Tensor.over(six, DType.FLOAT6_E2M3FN, Shape.of(4)).toDoubleArray());
  }

  @Test
  void refusesElementsThatAreNotOneNumber() {
    Tensor complex = Tensor.over(Storage.of(1f, 2f), DType.COMPLEX64, Shape.of(1));
    var error = assertThrows(IllegalArgumentException.class, complex::toDoubleArray);
    assertEquals("an element of a complex64 tensor is not one number", error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Tensor.ones(2).item());
    Tensor many = Tensor.over(Storage.of(1f), DType.FLOAT32, Shape.of(1L << 40), Strides.of(0), 0);
    assertThrows(IllegalArgumentException.class, many::toFloatArray);
  }

  @Test
  void sameBitsTellsNaNsAndZerosApart() {
    Tensor x = Tensor.of(new float[] {0, Float.NaN});
    assertTrue(x.sameBits(Tensor.of(new float[] {0, Float.NaN})));
    assertTrue(x.sameBits(Tensor.of(new float[] {0, 9, Float.NaN}).slice(0, 0, 3, 2)));
    assertFalse(x.sameBits(Tensor.of(new float[] {-0f, Float.NaN})));
    assertFalse(x.sameBits(Tensor.of(new float[] {0, Float.intBitsToFloat(0x7fc00001)})));
    assertFalse(x.sameBits(x.reshape(1, 2)));
    assertFalse(Tensor.zeros(1).sameBits(Tensor.over(Storage.of(0), DType.INT32, Shape.of(1))));
  }

  @Test
  void allCloseFollowsPyTorch() {
    Tensor x = Tensor.of(new double[] {1, 100, Double.POSITIVE_INFINITY});
    Tensor y = Tensor.of(new double[] {1 + 1e-9, 100.0005, Double.POSITIVE_INFINITY});
    assertTrue(x.allClose(y, 1e-5, 1e-8));
    assertFalse(x.allClose(y, 1e-6, 1e-8));
    Tensor nan = Tensor.of(new double[] {Double.NaN});
    assertFalse(nan.allClose(nan, 1, 1));
    Tensor infinite = Tensor.of(new double[] {Double.POSITIVE_INFINITY});
    assertFalse(infinite.allClose(Tensor.of(new double[] {Double.NEGATIVE_INFINITY}), 1, 1));
    assertFalse(Tensor.of(new double[] {1}).allClose(infinite, 1, 1));
    assertFalse(Tensor.ones(2).allClose(Tensor.ones(1, 2), 1, 1));
    assertTrue(Tensor.ones(2).allClose(Tensor.of(new long[] {1, 1}), 0, 0));
  }

  @Test
  void allCloseIsExactForIntegers() {
    Tensor x = Tensor.of(new long[] {(1L << 53) + 1});
    Tensor y = Tensor.of(new long[] {1L << 53});
    assertFalse(x.allClose(y, 0, 0));
    assertTrue(x.allClose(y, 0, 1));
  }

  @Test
  void allCloseMeasuresComplexNumbersByTheirDistance() {
    Tensor x = Tensor.over(Storage.of(3f, 4f), DType.COMPLEX64, Shape.of(1));
    Tensor y = Tensor.over(Storage.of(3.3f, 4.4f), DType.COMPLEX64, Shape.of(1));
    assertTrue(x.allClose(y, 0, 0.51));
    assertFalse(x.allClose(y, 0, 0.49));
  }
}
