package org.statedict.tensor;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// What can be computed with a tensor of float32 or float64. Every operation gives a new tensor and
/// records how to find gradients, unless its description says otherwise.
///
/// Shapes are broadcast as in NumPy and PyTorch. Operations throw `IllegalArgumentException` with
/// both shapes and types if tensors do not fit together, and `IndexOutOfBoundsException` if there
/// is no such dimension; negative dimensions count from the end.
public sealed interface Arithmetic permits Tensor {
  private Tensor self() {
    return (Tensor) this;
  }

  default Tensor add(Tensor other) {
    return Broadcast.sum(self(), other, 1);
  }

  default Tensor add(double number) {
    return Pointwise.shift(self(), number);
  }

  default Tensor sub(Tensor other) {
    return Broadcast.sum(self(), other, -1);
  }

  default Tensor sub(double number) {
    return Pointwise.shift(self(), -number);
  }

  default Tensor mul(Tensor other) {
    return Broadcast.apply(self(), other, (x, y) -> x * y, (_, y) -> y, (x, _) -> x);
  }

  default Tensor mul(double number) {
    return Pointwise.scale(self(), number);
  }

  default Tensor div(Tensor other) {
    return Broadcast.apply(self(), other, (x, y) -> x / y, (_, y) -> 1 / y, (x, y) -> -x / (y * y));
  }

  default Tensor div(double number) {
    double divisor = Pointwise.rounded(self(), number);
    return Pointwise.apply(self(), x -> x / divisor, (_, _) -> 1 / divisor);
  }

  default Tensor neg() {
    return Pointwise.apply(self(), x -> -x, (_, _) -> -1);
  }

  /// A function of each element, computed in doubles and rounded once.
  ///
  /// @param derivative of an element and of the function's result for it
  default Tensor pointwise(DoubleUnaryOperator function, DoubleBinaryOperator derivative) {
    return Pointwise.apply(self(), function, derivative);
  }

  /// A function of each pair of elements, computed in doubles and rounded once.
  ///
  /// @param byThis the derivative by the element of this tensor
  /// @param byOther the derivative by the element of the other one
  default Tensor pointwise(
      Tensor other,
      DoubleBinaryOperator function,
      DoubleBinaryOperator byThis,
      DoubleBinaryOperator byOther) {
    return Broadcast.apply(self(), other, function, byThis, byOther);
  }

  /// The larger of each pair; the gradient of equal ones is halved between them.
  default Tensor maximum(Tensor other) {
    return Broadcast.apply(self(), other, Math::max, (x, y) -> share(x, y), (x, y) -> share(y, x));
  }

  /// The smaller of each pair; the gradient of equal ones is halved between them.
  default Tensor minimum(Tensor other) {
    return Broadcast.apply(self(), other, Math::min, (x, y) -> share(y, x), (x, y) -> share(x, y));
  }

  private static double share(double mine, double other) {
    return mine == other ? 0.5 : mine > other ? 1 : 0;
  }

  /// Each element, moved to the nearest end if it is outside of `low` to `high`.
  default Tensor clamp(double low, double high) {
    return Pointwise.apply(
        self(), x -> Math.min(high, Math.max(low, x)), (x, _) -> x >= low && x <= high ? 1 : 0);
  }

  default Tensor pow(double exponent) {
    return Pointwise.apply(
        self(),
        x -> exponent == 2 ? x * x : Math.pow(x, exponent),
        (x, _) -> exponent == 0 ? 0 : exponent * Math.pow(x, exponent - 1));
  }

  default Tensor square() {
    return pow(2);
  }

  default Tensor sqrt() {
    return Pointwise.apply(self(), Math::sqrt, (_, y) -> 0.5 / y);
  }

  default Tensor exp() {
    return Pointwise.apply(self(), Math::exp, (_, y) -> y);
  }

  /// The natural logarithm.
  default Tensor log() {
    return Pointwise.apply(self(), Math::log, (x, _) -> 1 / x);
  }

  /// `log(1 + x)`, exact for small `x`.
  default Tensor log1p() {
    return Pointwise.apply(self(), Math::log1p, (x, _) -> 1 / (1 + x));
  }

  default Tensor sin() {
    return Pointwise.apply(self(), Math::sin, (x, _) -> Math.cos(x));
  }

  default Tensor cos() {
    return Pointwise.apply(self(), Math::cos, (x, _) -> -Math.sin(x));
  }

  default Tensor tanh() {
    return Pointwise.apply(self(), Math::tanh, (_, y) -> 1 - y * y);
  }

  /// The error function, the integral of the normal distribution's density up to a factor.
  default Tensor erf() {
    double slope = 2 / Math.sqrt(Math.PI);
    return Pointwise.apply(self(), ErrorFunction::erf, (x, _) -> slope * Math.exp(-x * x));
  }

  /// `1 / (1 + exp(-x))`.
  default Tensor sigmoid() {
    return Pointwise.apply(self(), x -> 1 / (1 + Math.exp(-x)), (_, y) -> y * (1 - y));
  }

  default Tensor relu() {
    return Pointwise.apply(self(), x -> x > 0 || Double.isNaN(x) ? x : 0, (x, _) -> x > 0 ? 1 : 0);
  }

  default Tensor abs() {
    return Pointwise.apply(self(), Math::abs, (x, _) -> Math.signum(x));
  }

  /// -1, 0 or 1; its gradient is 0.
  default Tensor sign() {
    return Pointwise.apply(self(), Math::signum, (_, _) -> 0);
  }

  /// The matrix product of the last two dimensions: `(*, m, k)` and `(*, k, n)` give `(*, m, n)`; a
  /// vector on the left is a row, on the right a column, and that dimension goes away.
  default Tensor matmul(Tensor other) {
    return MatMul.of(self(), other);
  }

  /// The sum over some dimensions, which go away; over all if none is named. Summed in doubles.
  default Tensor sum(int... dims) {
    return Reduce.sum(self(), Reduce.axes(self().shape(), dims));
  }

  /// The mean over some dimensions, which go away; over all if none is named.
  default Tensor mean(int... dims) {
    return Reduce.mean(self(), Reduce.axes(self().shape(), dims));
  }

  /// The biased variance over some dimensions, which go away; over all if none is named.
  default Tensor variance(int... dims) {
    int[] axes = Reduce.axes(self().shape(), dims);
    long[] keeping = Reduce.keeping(self().shape(), axes).toArray();
    Tensor mean = Reduce.mean(self(), axes).reshape(keeping);
    return Reduce.mean(sub(mean).square(), axes);
  }

  /// The largest element along a dimension, which goes away; the gradient goes to the first one.
  default Tensor max(int dim) {
    Tensor position = argmax(dim).unsqueeze(self().shape().axis(dim));
    return Indexing.gather(self(), dim, position).squeeze(dim);
  }

  /// The position of the largest element along a dimension, which goes away: int64, the first of
  /// several. Not recorded.
  default Tensor argmax(int dim) {
    return Reduce.argmax(self(), self().shape().axis(dim));
  }

  /// `exp(x) / sum(exp(x))` along a dimension.
  default Tensor softmax(int dim) {
    return Softmax.of(self(), dim);
  }

  /// `x - log(sum(exp(x)))` along a dimension.
  default Tensor logSoftmax(int dim) {
    return Softmax.logarithm(self(), dim);
  }

  /// Each row of a `(rows, length)` tensor with its mean subtracted and divided by `sqrt(variance +
  /// epsilon)`, of the biased variance; the heart of all normalizations.
  default Tensor standardizeRows(double epsilon) {
    return Standardize.rows(self(), epsilon);
  }

  /// The elements at positions along a dimension: `out[i][j] = x[index[i][j]][j]` for dimension 0.
  ///
  /// @param index int64 of the rank of this tensor, not larger in the other dimensions
  default Tensor gather(int dim, Tensor index) {
    return Indexing.gather(self(), dim, index);
  }

  /// Whole slices at positions along dimension 0: `(n, *)` by positions of shape `s` gives `(s,
  /// *)`; what an embedding looks up.
  ///
  /// @throws IndexOutOfBoundsException if there is no such position
  default Tensor rows(Tensor positions) {
    return Indexing.rows(self(), positions);
  }

  /// A bool tensor: whether elements are equal. Numbers of any type, compared as doubles; not
  /// recorded, like the other comparisons.
  default Tensor eq(Tensor other) {
    return Masks.compare(self(), other, (a, b) -> a == b);
  }

  /// A bool tensor: whether elements are smaller.
  default Tensor lt(Tensor other) {
    return Masks.compare(self(), other, (a, b) -> a < b);
  }

  /// A bool tensor: whether elements are larger.
  default Tensor gt(Tensor other) {
    return Masks.compare(self(), other, (a, b) -> a > b);
  }

  /// The tensor with `value` where `mask`, a bool tensor that is broadcast, is true.
  default Tensor maskedFill(Tensor mask, double value) {
    return Masks.fill(self(), mask, value);
  }

  /// The view of this tensor repeated along missing dimensions and those of size 1.
  default Tensor expand(long... shape) {
    return Broadcast.expand(self(), Shape.of(shape));
  }

  /// A view with another dimension, of size 1, in front of dimension `dim`.
  default Tensor unsqueeze(int dim) {
    return Views.unsqueeze(self(), dim);
  }

  /// A view without dimension `dim`, which has size 1.
  default Tensor squeeze(int dim) {
    return self().select(dim, 0);
  }

  /// Dimensions `first` to `last`, both included, as one.
  default Tensor flatten(int first, int last) {
    return Views.flatten(self(), first, last);
  }

  /// Elements that windows see: `(n, c, spatial...)` gives `(n, c * window elements, windows)`,
  /// zero where a window looks at the padding. A convolution is a matrix product with it.
  default Tensor unfold(Window window) {
    return Windows.unfold(self(), window);
  }

  /// The reverse of [#unfold(Window)]: adds up elements where the windows saw them.
  ///
  /// @param spatial the sizes behind `(n, c)`
  default Tensor fold(Window window, long... spatial) {
    return Windows.fold(self(), window, spatial);
  }

  /// The largest element in each window: `(n, c, spatial...)` gives `(n, c, windows...)`.
  default Tensor maxPool(Window window) {
    return Pooling.max(self(), window);
  }

  /// The mean of each window: `(n, c, spatial...)` gives `(n, c, windows...)`.
  default Tensor averagePool(Window window, Window.Padding padding) {
    return Pooling.average(self(), window, padding);
  }
}
