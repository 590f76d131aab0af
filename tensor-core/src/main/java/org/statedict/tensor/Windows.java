package org.statedict.tensor;

import java.util.Arrays;

/// The elements that windows see as columns of a matrix, and back; each is the other's gradient.
final class Windows {
  private Windows() {}

  static Tensor unfold(Tensor x, Window window) {
    long[] spatial = spatial(x.shape());
    Tensor columns = columns(x, window, spatial);
    return GradFn.record(columns, x, g -> image(g, window, spatial));
  }

  static Tensor fold(Tensor columns, Window window, long... spatial) {
    Tensor image = image(columns, window, spatial);
    return GradFn.record(image, columns, g -> columns(g, window, spatial));
  }

  /// The dimensions behind `(n, c)`.
  static long[] spatial(Shape shape) {
    return Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
  }

  private static Tensor columns(Tensor x, Window window, long... spatial) {
    int[] positions = window.positions(spatial);
    Numbers in = Numbers.of(x);
    long planes = x.shape().dim(0) * x.shape().dim(1);
    int plane = (int) Shape.of(spatial).elementCount();
    Numbers out = Numbers.zeros(x.dtype(), Math.multiplyExact(planes, positions.length));
    Pieces.forEach(
        (int) planes,
        Math.max(1, (1 << 15) / positions.length),
        (from, to) -> {
          for (int p = from; p < to; p++) {
            for (int i = 0; i < positions.length; i++) {
              if (positions[i] >= 0) {
                out.set(p * positions.length + i, in.get(p * plane + positions[i]));
              }
            }
          }
        });
    int elements = window.elementCount();
    return out.toTensor(
        Shape.of(x.shape().dim(0), x.shape().dim(1) * elements, positions.length / elements));
  }

  private static Tensor image(Tensor columns, Window window, long... spatial) {
    int[] positions = window.positions(spatial);
    int elements = window.elementCount();
    Shape shape = columns.shape();
    if (shape.rank() != 3
        || shape.dim(1) % elements != 0
        || shape.dim(2) * elements != positions.length) {
      throw new IllegalArgumentException(
          "columns of shape %s are not what a window of size %s sees in %s"
              .formatted(shape, window.size(), Arrays.toString(spatial)));
    }
    long channels = shape.dim(1) / elements;
    long[] dims = new long[spatial.length + 2];
    dims[0] = shape.dim(0);
    dims[1] = channels;
    System.arraycopy(spatial, 0, dims, 2, spatial.length);
    Numbers in = Numbers.of(columns);
    Numbers out = Numbers.zeros(columns.dtype(), Shape.of(dims).elementCount());
    add(
        in,
        out,
        positions,
        (int) (shape.dim(0) * channels),
        (int) Shape.of(spatial).elementCount());
    return out.toTensor(Shape.of(dims));
  }

  private static void add(Numbers in, Numbers out, int[] positions, int planes, int plane) {
    Pieces.forEach(
        planes,
        Math.max(1, (1 << 15) / positions.length),
        (from, to) -> {
          for (int p = from; p < to; p++) {
            double[] sums = new double[plane];
            for (int i = 0; i < positions.length; i++) {
              if (positions[i] >= 0) {
                sums[positions[i]] += in.get(p * positions.length + i);
              }
            }
            for (int i = 0; i < plane; i++) {
              out.set(p * plane + i, sums[i]);
            }
          }
        });
  }
}
