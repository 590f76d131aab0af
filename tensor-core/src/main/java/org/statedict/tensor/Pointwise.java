package org.statedict.tensor;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// Operations on each element by itself.
final class Pointwise {
  private Pointwise() {}

  /// `f` of each element, differentiable.
  ///
  /// @param derivative of an element and the result for it
  static Tensor apply(Tensor x, DoubleUnaryOperator f, DoubleBinaryOperator derivative) {
    Tensor y = map(x, f);
    return GradFn.record(y, x, g -> chain(g, x, y, derivative));
  }

  /// `f` of each element, not differentiable.
  static Tensor map(Tensor x, DoubleUnaryOperator f) {
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), in.length());
    Pieces.forEach(
        in.length(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            out.set(i, f.applyAsDouble(in.get(i)));
          }
        });
    return out.toTensor(x.shape());
  }

  private static Tensor chain(Tensor g, Tensor x, Tensor y, DoubleBinaryOperator derivative) {
    Numbers outer = Numbers.of(g);
    Numbers in = Numbers.of(x);
    Numbers result = Numbers.of(y);
    Numbers out = Numbers.zeros(g.dtype(), outer.length());
    Pieces.forEach(
        out.length(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            out.set(i, outer.get(i) * derivative.applyAsDouble(in.get(i), result.get(i)));
          }
        });
    return out.toTensor(g.shape());
  }

  /// `x` times a number that is rounded to the type of `x` first, as PyTorch rounds it.
  static Tensor scale(Tensor x, double factor) {
    double rounded = rounded(x, factor);
    return GradFn.record(map(x, v -> v * rounded), x, g -> scale(g, rounded));
  }

  /// `x` plus a number that is rounded to the type of `x` first.
  static Tensor shift(Tensor x, double offset) {
    double rounded = rounded(x, offset);
    return GradFn.record(map(x, v -> v + rounded), x, g -> g);
  }

  static double rounded(Tensor x, double number) {
    return x.dtype() == DType.FLOAT32 ? (float) number : number;
  }
}
