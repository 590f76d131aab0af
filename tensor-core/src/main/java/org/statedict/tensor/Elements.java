package org.statedict.tensor;

import java.lang.foreign.MemorySegment;

/// A tensor's elements as Java arrays, in row-major order.
final class Elements {
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private Elements() {}

  static double[] doubles(Tensor tensor) {
    double[] elements = new double[count(tensor)];
    fill(tensor, DType.FLOAT64, MemorySegment.ofArray(elements));
    return elements;
  }

  static float[] floats(Tensor tensor) {
    float[] elements = new float[count(tensor)];
    fill(tensor, DType.FLOAT32, MemorySegment.ofArray(elements));
    return elements;
  }

  static long[] longs(Tensor tensor) {
    long[] elements = new long[count(tensor)];
    fill(tensor, DType.INT64, MemorySegment.ofArray(elements));
    return elements;
  }

  private static int count(Tensor tensor) {
    if (tensor.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "an element of a %s tensor is not one number".formatted(tensor.dtype()));
    }
    if (tensor.elementCount() > LONGEST_ARRAY) {
      throw new IllegalArgumentException(
          "a tensor of shape %s has more elements than an array can; take slices"
              .formatted(tensor.shape()));
    }
    return (int) tensor.elementCount();
  }

  private static void fill(Tensor tensor, DType as, MemorySegment elements) {
    if (tensor.dtype() == as) {
      TensorBytes.of(tensor).copyTo(0, elements);
    } else {
      Cast.of(tensor, as).fill(0, elements);
    }
  }

  /// The tensor without dimensions at a position; negative positions count from the end.
  static Tensor at(Tensor tensor, long... index) {
    if (index.length != tensor.shape().rank()) {
      throw new IllegalArgumentException(
          "%d positions for the %d dimensions of shape %s"
              .formatted(index.length, tensor.shape().rank(), tensor.shape()));
    }
    Tensor here = tensor;
    for (long position : index) {
      here = here.select(0, position);
    }
    return here;
  }
}
