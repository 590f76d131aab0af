package org.statedict.tensor;

/// Rows with mean 0 and variance 1.
///
/// With `y = (x - mean) r` and `r = 1 / sqrt(variance + epsilon)` the gradient is `r (g - mean(g) -
/// y mean(g y))`.
final class Standardize {
  private Standardize() {}

  static Tensor rows(Tensor x, double epsilon) {
    if (x.shape().rank() != 2) {
      throw new IllegalArgumentException("rows are those of a matrix, not of shape " + x.shape());
    }
    int count = Math.toIntExact(x.shape().dim(0));
    int length = Math.toIntExact(x.shape().dim(1));
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), in.length());
    double[] scales = new double[count];
    Pieces.forEachRow(
        count,
        length,
        (row, from) -> {
          double mean = mean(in, from, length);
          double squares = 0;
          for (int i = from; i < from + length; i++) {
            squares += (in.get(i) - mean) * (in.get(i) - mean);
          }
          scales[row] = 1 / Math.sqrt(squares / length + epsilon);
          for (int i = from; i < from + length; i++) {
            out.set(i, (in.get(i) - mean) * scales[row]);
          }
        });
    Tensor y = out.toTensor(x.shape());
    return GradFn.record(y, x, g -> backward(g, out, scales, length));
  }

  private static Tensor backward(Tensor gradient, Numbers y, double[] scales, int length) {
    Numbers g = Numbers.of(gradient);
    Numbers out = Numbers.zeros(gradient.dtype(), g.length());
    Pieces.forEachRow(
        scales.length,
        length,
        (row, from) -> {
          double mean = mean(g, from, length);
          double products = 0;
          for (int i = from; i < from + length; i++) {
            products += g.get(i) * y.get(i);
          }
          for (int i = from; i < from + length; i++) {
            out.set(i, scales[row] * (g.get(i) - mean - y.get(i) * products / length));
          }
        });
    return out.toTensor(gradient.shape());
  }

  private static double mean(Numbers in, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += in.get(i);
    }
    return sum / length;
  }
}
