package org.statedict.tensor;

import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/// Operations on pairs of elements of two tensors, whose shapes are brought together by NumPy's
/// rule: missing leading dimensions, and dimensions of size 1, are repeated.
final class Broadcast {
  private Broadcast() {}

  /// `f` of each pair, differentiable.
  ///
  /// @param byA the derivative of `f` by its first argument; `byB` by the second
  static Tensor apply(
      Tensor a,
      Tensor b,
      DoubleBinaryOperator f,
      DoubleBinaryOperator byA,
      DoubleBinaryOperator byB) {
    requireOneType(a, b);
    return GradFn.record(
        map(a, b, f),
        a,
        g -> sumTo(chain(g, a, b, byA), a.shape()),
        b,
        g -> sumTo(chain(g, a, b, byB), b.shape()));
  }

  /// The sum `a + factor * b`, whose derivatives need no elements.
  static Tensor sum(Tensor a, Tensor b, double factor) {
    requireOneType(a, b);
    Tensor result = factor > 0 ? map(a, b, Double::sum) : map(a, b, (x, y) -> x - y);
    return GradFn.record(
        result, a, g -> sumTo(g, a.shape()), b, g -> sumTo(factor > 0 ? g : g.neg(), b.shape()));
  }

  private static void requireOneType(Tensor a, Tensor b) {
    if (a.dtype() != b.dtype()) {
      throw new IllegalArgumentException(
          "%s %s and %s %s do not compute together; convert one with to()"
              .formatted(a.dtype(), a.shape(), b.dtype(), b.shape()));
    }
  }

  private static Tensor map(Tensor a, Tensor b, DoubleBinaryOperator f) {
    Shape shape = shape(a.shape(), b.shape());
    Numbers result = Numbers.zeros(a.dtype(), shape.elementCount());
    Operand left = Operand.of(a, shape);
    Operand right = Operand.of(b, shape);
    Pieces.forEach(
        result.length(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            result.set(i, f.applyAsDouble(left.get(i), right.get(i)));
          }
        });
    return result.toTensor(shape);
  }

  /// The gradient by the result, times a derivative.
  private static Tensor chain(Tensor g, Tensor a, Tensor b, DoubleBinaryOperator derivative) {
    Numbers result = Numbers.zeros(g.dtype(), g.elementCount());
    Numbers outer = Numbers.of(g);
    Operand left = Operand.of(a, g.shape());
    Operand right = Operand.of(b, g.shape());
    Pieces.forEach(
        result.length(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            result.set(i, outer.get(i) * derivative.applyAsDouble(left.get(i), right.get(i)));
          }
        });
    return result.toTensor(g.shape());
  }

  /// The shape that holds both.
  ///
  /// @throws IllegalArgumentException if two sizes differ and neither is 1
  static Shape shape(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long one = i <= a.rank() ? a.dim(-i) : 1;
      long two = i <= b.rank() ? b.dim(-i) : 1;
      if (one != two && one != 1 && two != 1) {
        throw new IllegalArgumentException(
            "shapes %s and %s do not fit together: %d and %d in dimension -%d"
                .formatted(a, b, one, two, i));
      }
      dims[rank - i] = one == 1 ? two : one;
    }
    return Shape.of(dims);
  }

  /// A view of `tensor` repeated to `shape`.
  static Tensor expand(Tensor tensor, Shape shape) {
    if (!shape(tensor.shape(), shape).equals(shape)) {
      throw new IllegalArgumentException(
          "shape %s does not repeat to %s".formatted(tensor.shape(), shape));
    }
    int missing = shape.rank() - tensor.shape().rank();
    long[] steps = new long[shape.rank()];
    for (int i = missing; i < steps.length; i++) {
      boolean repeated = tensor.shape().dim(i - missing) != shape.dim(i);
      steps[i] = repeated ? 0 : tensor.strides().step(i - missing);
    }
    Tensor view = tensor.view(shape, Strides.of(steps), tensor.storageOffset());
    return GradFn.record(view, tensor, g -> sumTo(g, tensor.shape()));
  }

  /// The sum over all that was repeated to come from `shape` to the tensor's.
  static Tensor sumTo(Tensor tensor, Shape shape) {
    if (tensor.shape().equals(shape)) {
      return tensor;
    }
    int missing = tensor.shape().rank() - shape.rank();
    int[] repeated =
        IntStream.range(0, tensor.shape().rank())
            .filter(i -> i < missing || shape.dim(i - missing) != tensor.shape().dim(i))
            .toArray();
    return Reduce.sum(tensor, repeated).reshape(shape.toArray());
  }

  /// The elements of a tensor as they stand in a larger shape.
  private record Operand(Numbers numbers, int period) {
    static Operand of(Tensor tensor, Shape shape) {
      long count = Math.max(1, tensor.elementCount());
      if (isSuffix(tensor.shape(), shape)) {
        return new Operand(Numbers.of(tensor), (int) count);
      }
      Tensor whole = expand(tensor.detach(), shape);
      return new Operand(Numbers.of(whole), Math.toIntExact(Math.max(1, whole.elementCount())));
    }

    private static boolean isSuffix(Shape inner, Shape outer) {
      int leading = 0;
      while (leading < inner.rank() && inner.dim(leading) == 1) {
        leading++;
      }
      for (int i = 1; i <= inner.rank() - leading; i++) {
        if (inner.dim(-i) != outer.dim(-i)) {
          return false;
        }
      }
      return true;
    }

    double get(int i) {
      return numbers.get(i < period ? i : i % period);
    }
  }
}
