package org.statedict.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Operations that make one element of many along some dimensions; sums are made in doubles.
final class Reduce {
  private Reduce() {}

  /// A tensor with the dimensions that are reduced behind the others, as rows.
  private record Rows(Numbers numbers, Shape kept, int count, int length) {
    static Rows of(Tensor x, int... dims) {
      int[] kept = others(x.shape().rank(), dims);
      int[] order = IntStream.concat(Arrays.stream(kept), Arrays.stream(dims)).toArray();
      Shape shape = Shape.of(Arrays.stream(kept).mapToLong(x.shape()::dim).toArray());
      long length = Arrays.stream(dims).mapToLong(x.shape()::dim).reduce(1, (a, b) -> a * b);
      Numbers numbers = Numbers.of(x.detach().permute(order));
      return new Rows(
          numbers, shape, Math.toIntExact(shape.elementCount()), Math.toIntExact(length));
    }
  }

  private static int[] others(int rank, int... dims) {
    return IntStream.range(0, rank)
        .filter(i -> Arrays.stream(dims).noneMatch(d -> d == i))
        .toArray();
  }

  /// The dimensions as numbers from 0, all of them if none is named.
  static int[] axes(Shape shape, int... dims) {
    return dims.length == 0
        ? IntStream.range(0, shape.rank()).toArray()
        : Arrays.stream(dims).map(shape::axis).sorted().distinct().toArray();
  }

  /// The shape with size 1 in some dimensions.
  static Shape keeping(Shape shape, int... dims) {
    long[] kept = shape.toArray();
    Arrays.stream(dims).forEach(d -> kept[d] = 1);
    return Shape.of(kept);
  }

  /// The sum over dimensions counted from 0, which go away.
  static Tensor sum(Tensor x, int... dims) {
    Rows rows = Rows.of(x, dims);
    Numbers sums = Numbers.zeros(x.dtype(), rows.count);
    Pieces.forEachRow(
        rows.count,
        rows.length,
        (row, from) -> sums.set(row, sum(rows.numbers, from, rows.length)));
    Shape keeping = keeping(x.shape(), dims);
    return GradFn.record(
        sums.toTensor(rows.kept),
        x,
        g -> Broadcast.expand(g.reshape(keeping.toArray()), x.shape()).contiguous());
  }

  private static double sum(Numbers numbers, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += numbers.get(i);
    }
    return sum;
  }

  /// The mean over dimensions counted from 0, which go away.
  static Tensor mean(Tensor x, int... dims) {
    long count = Arrays.stream(dims).mapToLong(x.shape()::dim).reduce(1, (a, b) -> a * b);
    return sum(x, dims).div((double) count);
  }

  /// The position of the largest element along a dimension, which goes away; the first of several,
  /// and a NaN before any number.
  static Tensor argmax(Tensor x, int dim) {
    Rows rows = Rows.of(x, dim);
    if (rows.length == 0) {
      throw new IllegalArgumentException(
          "no largest element along dimension %d of shape %s".formatted(dim, x.shape()));
    }
    long[] positions =
        LongStream.range(0, rows.count)
            .map(row -> largest(rows.numbers, (int) row * rows.length, rows.length))
            .toArray();
    return Numbers.tensor(rows.kept, positions);
  }

  private static long largest(Numbers numbers, int from, int length) {
    int best = 0;
    for (int i = 1; i < length; i++) {
      double candidate = numbers.get(from + i);
      double so = numbers.get(from + best);
      boolean better = candidate > so || (Double.isNaN(candidate) && !Double.isNaN(so));
      best = better ? i : best;
    }
    return best;
  }
}
