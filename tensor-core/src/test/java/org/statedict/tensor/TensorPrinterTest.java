package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What PyTorch does not print, or not in finite time; the rest is in [PrintingGoldenTest].
class TensorPrinterTest {
  @Test
  void typesBelowAByteShowTheirNumbers() {
    Storage packed = Storage.of((byte) 0xf1, (byte) 0x28);
    assertEquals(
        "tensor([ 1, -1, -8,  2], dtype=torch.int4)",
        Tensor.over(packed, DType.INT4, Shape.of(4)).toString());
    assertEquals(
        "tensor([ 0.5000, -6.0000, -0.0000,  1.0000], dtype=torch.float4_e2m1fn)",
        Tensor.over(packed, DType.FLOAT4_E2M1FN, Shape.of(4)).toString());
  }

  @Test
  void typesWithoutArithmeticShowWhatIsStored() {
    Storage bytes = Storage.of((byte) 1, (byte) -1, (byte) 7, (byte) 0);
    assertEquals(
        "tensor([  1, 255,   7,   0], dtype=torch.bits8)",
        Tensor.over(bytes, DType.BITS8, Shape.of(4)).toString());
    assertEquals(
        "tensor([  1, 255,   7,   0], dtype=torch.quint4x2)",
        Tensor.over(bytes, DType.QUINT4X2, Shape.of(4)).toString());
    assertEquals(
        "tensor([65281,     7], dtype=torch.bits16)",
        Tensor.over(bytes, DType.BITS16, Shape.of(2)).toString());
  }

  @Test
  void quantizedIntegersKeepTheirSign() {
    Storage bytes = Storage.of((byte) 1, (byte) -1);
    assertEquals(
        "tensor([ 1, -1], dtype=torch.qint8)",
        Tensor.over(bytes, DType.QINT8, Shape.of(2)).toString());
    assertEquals(
        "tensor([  1, 255], dtype=torch.quint8)",
        Tensor.over(bytes, DType.QUINT8, Shape.of(2)).toString());
    assertEquals(
        "tensor([-3], dtype=torch.qint32)",
        Tensor.over(Storage.of(-3), DType.QINT32, Shape.of(1)).toString());
  }

  @Test
  void moreDimensionsThanPyTorchHasShowTheirSizes() {
    long[] dims = new long[65];
    Arrays.fill(dims, 1);
    String text = Tensor.over(Storage.of(1f), DType.FLOAT32, Shape.of(dims)).toString();
    assertTrue(text.startsWith("tensor(...,\n       size=(1, 1,"), text);
    assertTrue(Tensor.zeros(Arrays.copyOf(dims, 64)).toString().startsWith("tensor([[[[["));
  }

  @Test
  void dimensionsThatAreNeverCutDoNotPrintWithoutEnd() {
    long[] dims = new long[40];
    Arrays.fill(dims, 2);
    Tensor repeated =
        Tensor.over(Storage.of(1.0), DType.FLOAT64, Shape.of(dims), Strides.of(new long[40]), 0);
    assertTrue(repeated.toString().startsWith("tensor(...,\n       size=(2, 2,"));
  }

  @Test
  void printingAfterCloseSaysWhichFileWasClosed() {
    Tensor tensor;
    try (Arena arena = Arena.ofConfined()) {
      Storage lent = Storage.mapped(arena.allocate(8), Device.CPU, "x.pt");
      tensor = Tensor.over(lent, DType.FLOAT32, Shape.of(2));
    }
    assertThrows(IllegalStateException.class, tensor::toString);
  }
}
