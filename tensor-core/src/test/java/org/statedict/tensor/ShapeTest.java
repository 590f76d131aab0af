package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  @Test
  void countsElements() {
    assertEquals(6, Shape.of(2, 3).elementCount());
    assertEquals(1, Shape.of().elementCount());
    assertEquals(0, Shape.of(2, 0).elementCount());
    assertEquals(Long.MAX_VALUE, Shape.of(Long.MAX_VALUE, 1).elementCount());
  }

  @Test
  void oneEmptyDimensionAllowsAnyOthers() {
    assertEquals(0, Shape.of(1L << 40, 1L << 40, 0).elementCount());
    assertEquals(0, Shape.of(0, Long.MAX_VALUE, Long.MAX_VALUE).elementCount());
  }

  @Test
  void refusesMoreElementsThanALongCounts() {
    var error = assertThrows(IllegalArgumentException.class, () -> Shape.of(1L << 32, 1L << 31));
    assertEquals(
        "shape [4294967296, 2147483648] has more than 2^63-1 elements", error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Shape.of(3, Long.MAX_VALUE));
  }

  @Test
  void refusesNegativeDimensions() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -1));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(-1, 0));
  }

  @Test
  void countsDimensionsFromBothEnds() {
    Shape shape = Shape.of(2, 3, 4);
    assertEquals(4, shape.dim(-1));
    assertEquals(2, shape.dim(-3));
    assertThrows(IndexOutOfBoundsException.class, () -> shape.dim(3));
    assertThrows(IndexOutOfBoundsException.class, () -> shape.dim(-4));
    assertThrows(IndexOutOfBoundsException.class, () -> Shape.SCALAR.dim(0));
  }

  @Test
  void cannotBeChangedThroughItsArrays() {
    long[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    shape.toArray()[1] = 9;
    assertEquals(List.of(2L, 3L), shape.toList());
  }

  @Test
  void isEqualByItsDimensions() {
    assertEquals(Shape.of(2, 3), Shape.of(2, 3));
    assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
    assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    assertNotEquals(Shape.of(1), Shape.SCALAR);
    assertSame(Shape.SCALAR, Shape.of());
    assertEquals("[2, 3]", Shape.of(2, 3).toString());
  }

  /// The numbers are those of `torch.empty(shape).stride()`.
  @Test
  void contiguousStridesAreThoseOfPyTorch() {
    assertArrayEquals(new long[] {12, 4, 1}, Shape.of(2, 3, 4).contiguousStrides().toArray());
    assertArrayEquals(new long[] {3, 3, 1}, Shape.of(2, 0, 3).contiguousStrides().toArray());
    assertArrayEquals(new long[] {1, 1}, Shape.of(5, 0).contiguousStrides().toArray());
    assertArrayEquals(new long[0], Shape.SCALAR.contiguousStrides().toArray());
  }

  @ParameterizedTest
  @CsvSource({"3,1,true", "1,2,false", "4,1,false", "0,1,false"})
  void stridesTellWhetherATensorIsContiguous(long outer, long inner, boolean contiguous) {
    assertEquals(contiguous, Strides.of(outer, inner).isContiguous(Shape.of(2, 3)));
  }

  @Test
  void theStrideOfASingleElementDoesNotCount() {
    assertTrue(Strides.of(99, 1).isContiguous(Shape.of(1, 3)));
    assertTrue(Strides.of(1, 99).isContiguous(Shape.of(3, 1)));
    assertTrue(Strides.of(7, 7).isContiguous(Shape.of(0, 3)));
    assertFalse(Strides.of(2).isContiguous(Shape.of(2)));
  }

  @Test
  void stridesSpanFromTheFirstElementToTheLast() {
    assertEquals(6, Strides.of(3, 1).span(Shape.of(2, 3)));
    assertEquals(21, Strides.of(10, 5).span(Shape.of(2, 3)));
    assertEquals(1, Strides.of(0, 0).span(Shape.of(9, 9)));
    assertEquals(0, Strides.of(5, 5).span(Shape.of(0, 9)));
    assertEquals(1, Strides.of().span(Shape.SCALAR));
    assertThrows(
        ArithmeticException.class, () -> Strides.of(Long.MAX_VALUE, 1).span(Shape.of(3, 3)));
    assertThrows(
        ArithmeticException.class, () -> Strides.of(Long.MAX_VALUE, 1).span(Shape.of(2, 2)));
  }

  @Test
  void refusesNegativeStrides() {
    assertThrows(IllegalArgumentException.class, () -> Strides.of(1, -1));
    assertEquals(Strides.of(1, 2), Strides.of(1, 2));
    assertNotEquals(Strides.of(1, 2), Strides.of(2, 1));
  }
}
