package org.statedict.tensor;

import java.util.Arrays;

/// Elements and slices at positions that are known only when it runs; what was taken several times
/// gets the sum of the gradients.
final class Indexing {
  private Indexing() {}

  static Tensor gather(Tensor x, int dim, Tensor index) {
    int axis = x.shape().axis(dim);
    requireInside(x.shape(), axis, index.shape());
    int[] positions = positions(x.shape(), axis, index);
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), positions.length);
    for (int i = 0; i < positions.length; i++) {
      out.set(i, in.get(positions[i]));
    }
    return GradFn.record(out.toTensor(index.shape()), x, g -> scattered(g, positions, x.shape()));
  }

  private static void requireInside(Shape shape, int axis, Shape index) {
    boolean fits = shape.rank() == index.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = i == axis || index.dim(i) <= shape.dim(i);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "an index of shape %s does not select from shape %s along dimension %d"
              .formatted(index, shape, axis));
    }
  }

  /// Where the elements lie in a dense tensor.
  private static int[] positions(Shape shape, int axis, Tensor index) {
    long[] chosen = index.toLongArray();
    long[] steps = shape.contiguousStrides().toArray();
    int[] positions = new int[chosen.length];
    long[] at = new long[shape.rank()];
    for (int i = 0; i < positions.length; i++) {
      long position = 0;
      for (int d = 0; d < at.length; d++) {
        position += (d == axis ? checked(chosen[i], shape.dim(axis)) : at[d]) * steps[d];
      }
      positions[i] = Math.toIntExact(position);
      advance(at, index.shape());
    }
    return positions;
  }

  /// Goes to the next position in row-major order; behind the last comes the first.
  static void advance(long[] at, Shape shape) {
    for (int d = at.length - 1; d >= 0; d--) {
      if (++at[d] < shape.dim(d)) {
        return;
      }
      at[d] = 0;
    }
  }

  private static long checked(long position, long size) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException(
          "position %d among %d; the first is 0".formatted(position, size));
    }
    return position;
  }

  /// A gradient whose elements are added up at positions of a dense tensor.
  static Tensor scattered(Tensor g, int[] positions, Shape shape) {
    Numbers in = Numbers.of(g);
    Numbers out = Numbers.zeros(g.dtype(), shape.elementCount());
    for (int i = 0; i < positions.length; i++) {
      out.set(positions[i], out.get(positions[i]) + in.get(i));
    }
    return out.toTensor(shape);
  }

  static Tensor rows(Tensor x, Tensor positions) {
    Shape row = Shape.of(Arrays.copyOfRange(x.shape().toArray(), 1, x.shape().rank()));
    int length = Math.toIntExact(row.elementCount());
    long[] chosen = positions.toLongArray();
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), (long) chosen.length * length);
    for (int i = 0; i < chosen.length; i++) {
      int from = (int) checked(chosen[i], x.shape().dim(0)) * length;
      for (int j = 0; j < length; j++) {
        out.set(i * length + j, in.get(from + j));
      }
    }
    long[] dims = Arrays.copyOf(positions.shape().toArray(), positions.shape().rank() + row.rank());
    System.arraycopy(row.toArray(), 0, dims, positions.shape().rank(), row.rank());
    return GradFn.record(out.toTensor(Shape.of(dims)), x, g -> added(g, chosen, length, x.shape()));
  }

  private static Tensor added(Tensor g, long[] chosen, int length, Shape shape) {
    Numbers in = Numbers.of(g);
    Numbers out = Numbers.zeros(g.dtype(), shape.elementCount());
    for (int i = 0; i < chosen.length; i++) {
      int to = (int) chosen[i] * length;
      for (int j = 0; j < length; j++) {
        out.set(to + j, out.get(to + j) + in.get(i * length + j));
      }
    }
    return out.toTensor(shape);
  }
}
