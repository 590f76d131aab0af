package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How much is read of a storage whose elements are their own positions.
class LentTensorTest {
  private long bytesRead;
  private long reads;

  @BeforeEach
  void countFromZero() {
    bytesRead = 0;
    reads = 0;
  }

  private Tensor matrix(long rows, long columns) {
    Storage numbers =
        Storage.deferred(
            rows * columns * 4,
            Device.CPU,
            (at, dst) -> {
              bytesRead += dst.byteSize();
              reads++;
              for (long i = 0; i < dst.byteSize(); i += 4) {
                dst.set(ValueLayout.JAVA_INT_UNALIGNED, i, (int) ((at + i) / 4));
              }
            });
    return Tensor.over(numbers, DType.INT32, Shape.of(rows, columns));
  }

  @Test
  void printingReadsWhatIsPrinted() {
    Tensor big = matrix(10_000, 10_000);
    String text = big.toString();
    assertEquals(36 * 4, bytesRead);
    assertTrue(text.startsWith("tensor([[       0,        1,        2,  ...,     9997,"), text);
  }

  @Test
  void aDenseTensorIsReadOnce() {
    Tensor t = matrix(1000, 1000);
    assertEquals(999_999, t.copy().getLong(-1, -1));
    assertEquals(4_000_000, bytesRead);
  }

  @Test
  void aTransposedMatrixIsReadOnceInAll() {
    Tensor t = matrix(1500, 1000).transpose(0, 1);
    int[] found = new int[1_500_000];
    TensorBytes bytes = TensorBytes.of(t);
    MemorySegment all = MemorySegment.ofArray(found);
    for (long at = 0; at < all.byteSize(); at += 600_000) {
      bytes.copyTo(at, all.asSlice(at, Math.min(600_000, all.byteSize() - at)));
    }
    for (int column = 0; column < 1000; column++) {
      for (int row = 0; row < 1500; row++) {
        assertEquals(row * 1000 + column, found[column * 1500 + row]);
      }
    }
    assertEquals(6_000_000, bytesRead);
  }

  @Test
  void aTransposedMatrixTooLargeToHoldIsReadInTiles() {
    Tensor t = matrix(100_000, 1000).transpose(0, 1);
    int[] found = new int[70 * 100_000];
    TensorBytes.of(t).copyTo(0, MemorySegment.ofArray(found));
    for (int i = 0; i < found.length; i++) {
      assertEquals(i % 100_000 * 1000 + i / 100_000, found[i]);
    }
    assertEquals(found.length * 4L, bytesRead);
    assertEquals(2 * 100_000, reads);
  }

  @Test
  void rowsOfASliceAreReadByThemselves() {
    Tensor t = matrix(2000, 100_000).slice(1, 7, 12);
    int[] found = new int[10_000];
    TensorBytes.of(t).copyTo(0, MemorySegment.ofArray(found));
    for (int i = 0; i < found.length; i++) {
      assertEquals(i / 5 * 100_000 + 7 + i % 5, found[i]);
    }
    assertEquals(40_000, bytesRead);
  }

  @Test
  void neighbouringElementsAreReadTogether() {
    Tensor t = matrix(1000, 10_000).slice(0, 0, 1000, 2).slice(1, 0, 10_000, 3);
    assertEquals(998 * 10_000 + 9999, t.copy().getLong(-1, -1));
    assertTrue(reads < 100, reads + " reads");
  }

  @Test
  void scatteredElementsAreReadOneByOne() {
    Tensor t = matrix(10_000, 10_000).select(1, 3).slice(0, 0, 10_000, 100);
    assertArrayEquals(new long[] {3, 1_000_003}, t.slice(0, 0, 2).toLongArray());
    assertEquals(8, bytesRead);
  }
}
