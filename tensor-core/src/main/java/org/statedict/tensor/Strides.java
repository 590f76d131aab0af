package org.statedict.tensor;

import java.util.Arrays;
import java.util.List;

/// How far apart neighbours along each dimension lie in a storage, in elements; immutable.
///
/// Strides are never negative. A stride of 0 repeats one element along its dimension.
public final class Strides {
  private final long[] steps;

  private Strides(long[] steps) {
    this.steps = steps;
  }

  /// The strides, one for each dimension.
  ///
  /// @throws IllegalArgumentException if a stride is negative
  public static Strides of(long... steps) {
    for (long step : steps) {
      if (step < 0) {
        throw new IllegalArgumentException("strides " + Arrays.toString(steps) + " are negative");
      }
    }
    return new Strides(steps.clone());
  }

  public int rank() {
    return steps.length;
  }

  public long step(int i) {
    return steps[i];
  }

  /// A fresh copy of the strides.
  public long[] toArray() {
    return steps.clone();
  }

  public List<Long> toList() {
    return Arrays.stream(steps).boxed().toList();
  }

  /// Whether a tensor of `shape` with these strides is densely packed in row-major order. The
  /// stride of a dimension of size 1 does not count, and a tensor without elements is contiguous.
  public boolean isContiguous(Shape shape) {
    if (shape.elementCount() == 0) {
      return true;
    }
    long expected = 1;
    for (int i = steps.length - 1; i >= 0; i--) {
      if (shape.dim(i) != 1 && steps[i] != expected) {
        return false;
      }
      expected *= shape.dim(i);
    }
    return true;
  }

  /// The number of elements that a tensor of `shape` spans from its first to its last one, both
  /// included; 0 if it has none.
  ///
  /// @throws ArithmeticException if the number exceeds 64 bits
  public long span(Shape shape) {
    if (shape.elementCount() == 0) {
      return 0;
    }
    long last = 0;
    for (int i = 0; i < steps.length; i++) {
      last = Math.addExact(last, Math.multiplyExact(shape.dim(i) - 1, steps[i]));
    }
    return Math.addExact(last, 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Strides s && Arrays.equals(steps, s.steps);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps);
  }

  @Override
  public String toString() {
    return Arrays.toString(steps);
  }
}
