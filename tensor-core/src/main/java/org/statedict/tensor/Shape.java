package org.statedict.tensor;

import java.util.Arrays;
import java.util.List;

/// The dimensions of a tensor, outermost first; immutable.
///
/// The element count always fits in 63 bits: a shape whose product would not is refused when it is
/// made, unless some dimension is 0, which makes the count 0 whatever the others are.
public final class Shape {
  /// The shape of a tensor with one element and no dimension.
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;
  private final long elementCount;

  private Shape(long[] dims) {
    this.dims = dims;
    this.elementCount = product(dims);
  }

  /// The shape of these dimensions.
  ///
  /// @throws IllegalArgumentException if a dimension is negative or the element count overflows
  public static Shape of(long... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  private static long product(long[] dims) {
    boolean empty = false;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + " has a negative dimension");
      }
      empty |= dim == 0;
    }
    return empty ? 0 : exactProduct(dims);
  }

  private static long exactProduct(long[] dims) {
    long count = 1;
    for (long dim : dims) {
      if (Math.multiplyHigh(count, dim) != 0 || count * dim < 0) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + " has more than 2^63-1 elements");
      }
      count *= dim;
    }
    return count;
  }

  public int rank() {
    return dims.length;
  }

  /// The size of dimension `i`; negative `i` counts from the end.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension
  public long dim(int i) {
    return dims[axis(i)];
  }

  /// `i` as a non-negative dimension index; negative `i` counts from the end.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension
  public int axis(int i) {
    int axis = i < 0 ? i + dims.length : i;
    if (axis < 0 || axis >= dims.length) {
      throw new IndexOutOfBoundsException("dimension " + i + " of shape " + this);
    }
    return axis;
  }

  /// The product of the dimensions; 1 without dimensions, 0 if some dimension is 0.
  public long elementCount() {
    return elementCount;
  }

  /// A fresh copy of the dimensions.
  public long[] toArray() {
    return dims.clone();
  }

  public List<Long> toList() {
    return Arrays.stream(dims).boxed().toList();
  }

  /// The strides of a densely packed, row-major tensor of this shape, as PyTorch computes them: a
  /// dimension of size 0 counts as 1.
  public Strides contiguousStrides() {
    long[] strides = new long[dims.length];
    long step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      long size = Math.max(dims[i], 1);
      step = Math.multiplyHigh(step, size) != 0 || step * size < 0 ? Long.MAX_VALUE : step * size;
    }
    return Strides.of(strides);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /// `[2, 3]`.
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
