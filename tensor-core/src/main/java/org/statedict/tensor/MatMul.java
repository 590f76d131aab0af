package org.statedict.tensor;

import java.util.Arrays;

/// The matrix product, with PyTorch's rules for vectors and batches.
final class MatMul {
  private MatMul() {}

  /// The product of the last two dimensions; leading ones are broadcast, and a vector is a row on
  /// the left and a column on the right.
  static Tensor of(Tensor a, Tensor b) {
    if (a.shape().rank() == 0 || b.shape().rank() == 0) {
      throw mismatch(a, b);
    }
    if (a.shape().rank() == 1) {
      Tensor row = of(a.unsqueeze(0), b);
      return row.select(b.shape().rank() == 1 ? 0 : -2, 0);
    }
    if (b.shape().rank() == 1) {
      return of(a, b.unsqueeze(1)).select(-1, 0);
    }
    if (a.dtype() != b.dtype() || a.shape().dim(-1) != b.shape().dim(-2)) {
      throw mismatch(a, b);
    }
    return b.shape().rank() == 2 && a.shape().rank() > 2 ? flattened(a, b) : batched(a, b);
  }

  private static IllegalArgumentException mismatch(Tensor a, Tensor b) {
    return new IllegalArgumentException(
        "%s %s and %s %s have no matrix product"
            .formatted(a.dtype(), a.shape(), b.dtype(), b.shape()));
  }

  /// Many rows times one matrix are one product.
  private static Tensor flattened(Tensor a, Tensor b) {
    long[] dims = a.shape().toArray();
    dims[dims.length - 1] = b.shape().dim(1);
    long rows = a.elementCount() / Math.max(1, a.shape().dim(-1));
    rows = a.elementCount() == 0 ? rows(a.shape()) : rows;
    return of(a.reshape(rows, a.shape().dim(-1)), b).reshape(dims);
  }

  private static long rows(Shape shape) {
    return Arrays.stream(shape.toArray(), 0, shape.rank() - 1).reduce(1, (x, y) -> x * y);
  }

  private static Tensor batched(Tensor a, Tensor b) {
    Tensor product = product(a.detach(), b.detach());
    return GradFn.record(
        product,
        a,
        g -> Broadcast.sumTo(product(g, b.detach().transpose(-1, -2)), a.shape()),
        b,
        g -> Broadcast.sumTo(product(a.detach().transpose(-1, -2), g), b.shape()));
  }

  private static Tensor product(Tensor a, Tensor b) {
    Shape batch = Broadcast.shape(leading(a.shape()), leading(b.shape()));
    int m = Math.toIntExact(a.shape().dim(-2));
    int k = Math.toIntExact(a.shape().dim(-1));
    int n = Math.toIntExact(b.shape().dim(-1));
    Tensor left = Broadcast.expand(a, with(batch, m, k));
    Tensor right = Broadcast.expand(b, with(batch, k, n));
    Shape shape = with(batch, m, n);
    int count = Math.toIntExact(batch.elementCount());
    if (a.dtype() == DType.FLOAT32) {
      float[] c = new float[Math.toIntExact(shape.elementCount())];
      Product.of(count, m, n, k).floats(Numbers.floats(left), Numbers.floats(right), c);
      return Numbers.tensor(shape, c);
    }
    double[] c = new double[Math.toIntExact(shape.elementCount())];
    Product.of(count, m, n, k).doubles(Numbers.doubles(left), Numbers.doubles(right), c);
    return Numbers.tensor(shape, c);
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
  }

  private static Shape with(Shape batch, long rows, long columns) {
    long[] dims = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = columns;
    return Shape.of(dims);
  }

  /// Products of the same size, shared among the processors by matrices and by blocks of rows.
  private record Product(int count, int m, int n, int k) {
    private static final long WORTH_SHARING = 1 << 21;
    private static final int ROWS = 64;

    static Product of(int count, int m, int n, int k) {
      return new Product(count, m, n, k);
    }

    void floats(float[] a, float[] b, float[] c) {
      Kernels kernels = Kernels.installed();
      share((matrix, row, rows) ->
          kernels.multiply(
              rows, n, k, a, (matrix * m + row) * k, b, matrix * k * n, c, (matrix * m + row) * n));
    }

    void doubles(double[] a, double[] b, double[] c) {
      Kernels kernels = Kernels.installed();
      share((matrix, row, rows) ->
          kernels.multiply(
              rows, n, k, a, (matrix * m + row) * k, b, matrix * k * n, c, (matrix * m + row) * n));
    }

    private interface Part {
      void compute(int matrix, int row, int rows);
    }

    private void share(Part part) {
      boolean small = (long) count * m * n * k < WORTH_SHARING;
      int rows = small ? Math.max(1, m) : ROWS * Math.max(1, m / ROWS / 8);
      int parts = Math.ceilDiv(m, rows);
      int piece = small ? Math.max(1, count * parts) : 1;
      Pieces.forEach(
          count * parts,
          piece,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              int row = i % parts * rows;
              part.compute(i / parts, row, Math.min(rows, m - row));
            }
          });
    }
  }
}
