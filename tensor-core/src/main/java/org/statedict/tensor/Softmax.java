package org.statedict.tensor;

/// The softmax along a dimension and its logarithm. Sums are made in doubles, and the largest
/// element is subtracted first, so that nothing overflows.
final class Softmax {
  private Softmax() {}

  /// What becomes of a row that begins at `from`.
  private interface RowWork {
    void on(int from, int length);
  }

  static Tensor of(Tensor x, int dim) {
    Tensor last = x.detach().transpose(dim, -1);
    Tensor y = softmax(last).transpose(dim, -1);
    return GradFn.record(
        y, x, g -> backward(g.transpose(dim, -1), y.transpose(dim, -1)).transpose(dim, -1));
  }

  static Tensor logarithm(Tensor x, int dim) {
    Tensor last = x.detach().transpose(dim, -1);
    Tensor y = logSoftmax(last).transpose(dim, -1);
    return GradFn.record(
        y, x, g -> logBackward(g.transpose(dim, -1), y.transpose(dim, -1)).transpose(dim, -1));
  }

  private static Tensor softmax(Tensor x) {
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), in.length());
    forEachRow(
        x.shape(),
        (from, length) -> {
          double max = max(in, from, length);
          double sum = sumOfExp(in, from, length, max);
          for (int i = from; i < from + length; i++) {
            out.set(i, Math.exp(in.get(i) - max) / sum);
          }
        });
    return out.toTensor(x.shape());
  }

  private static Tensor logSoftmax(Tensor x) {
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), in.length());
    forEachRow(
        x.shape(),
        (from, length) -> {
          double max = max(in, from, length);
          double log = Math.log(sumOfExp(in, from, length, max));
          for (int i = from; i < from + length; i++) {
            out.set(i, in.get(i) - max - log);
          }
        });
    return out.toTensor(x.shape());
  }

  /// `y (g - sum(g y))`.
  private static Tensor backward(Tensor gradient, Tensor result) {
    Numbers g = Numbers.of(gradient);
    Numbers y = Numbers.of(result);
    Numbers out = Numbers.zeros(gradient.dtype(), g.length());
    forEachRow(
        gradient.shape(),
        (from, length) -> {
          double sum = 0;
          for (int i = from; i < from + length; i++) {
            sum += g.get(i) * y.get(i);
          }
          for (int i = from; i < from + length; i++) {
            out.set(i, y.get(i) * (g.get(i) - sum));
          }
        });
    return out.toTensor(gradient.shape());
  }

  /// `g - exp(y) sum(g)`.
  private static Tensor logBackward(Tensor gradient, Tensor result) {
    Numbers g = Numbers.of(gradient);
    Numbers y = Numbers.of(result);
    Numbers out = Numbers.zeros(gradient.dtype(), g.length());
    forEachRow(
        gradient.shape(),
        (from, length) -> {
          double sum = 0;
          for (int i = from; i < from + length; i++) {
            sum += g.get(i);
          }
          for (int i = from; i < from + length; i++) {
            out.set(i, g.get(i) - Math.exp(y.get(i)) * sum);
          }
        });
    return out.toTensor(gradient.shape());
  }

  private static void forEachRow(Shape shape, RowWork work) {
    int length = Math.toIntExact(shape.dim(-1));
    int rows = length == 0 ? 0 : Math.toIntExact(shape.elementCount() / length);
    Pieces.forEachRow(rows, length, (_, from) -> work.on(from, length));
  }

  private static double max(Numbers in, int from, int length) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      max = Math.max(max, in.get(i));
    }
    return max;
  }

  private static double sumOfExp(Numbers in, int from, int length, double max) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += Math.exp(in.get(i) - max);
    }
    return sum;
  }
}
