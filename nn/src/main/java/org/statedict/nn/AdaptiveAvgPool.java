package org.statedict.nn;

import java.util.Arrays;
import java.util.List;
import org.statedict.tensor.DType;
import org.statedict.tensor.Tensor;

/// Means of parts: along each dimension part `i` of `m` goes from `floor(i n / m)` to `ceil((i + 1)
/// n / m)`. A mean along a dimension is a product with a matrix.
abstract class AdaptiveAvgPool extends NnModule implements Layer {
  final List<Integer> stated;
  private final List<Integer> sizes;

  AdaptiveAvgPool(int rank, int... sizes) {
    this.stated = Arrays.stream(sizes).boxed().toList();
    this.sizes = ConvOptions.repeated(stated, rank);
  }

  /// The result for `x`: `(*, spatial...)`.
  @Override
  public final Tensor forward(Tensor x) {
    int rank = sizes.size();
    if (x.shape().rank() != rank + 2 && x.shape().rank() != rank + 1) {
      throw misfit("[n, channels, %d spatial dimensions]".formatted(rank), x);
    }
    Tensor result = x;
    for (int d = 0; d < rank; d++) {
      int dim = d - rank;
      Tensor means = means(x.dtype(), x.shape().dim(dim), sizes.get(d));
      result = result.transpose(dim, -1).matmul(means).transpose(dim, -1);
    }
    return result;
  }

  /// `(n, m)`: how much each element has in each mean.
  private static Tensor means(DType dtype, long n, int m) {
    double[] shares = new double[Math.toIntExact(n * m)];
    for (int part = 0; part < m; part++) {
      long from = part * n / m;
      long to = Math.ceilDiv((part + 1) * n, m);
      for (long i = from; i < to; i++) {
        shares[(int) (i * m + part)] = 1.0 / (to - from);
      }
    }
    return Tensor.of(shares, n, m).to(dtype);
  }

  @Override
  protected final String description() {
    return "output_size="
        + (stated.size() == 1 ? "" + stated.getFirst() : ModulePrinter.tuple(stated));
  }
}
