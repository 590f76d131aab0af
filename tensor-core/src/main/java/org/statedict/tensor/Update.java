package org.statedict.tensor;

/// The steps of which optimizers are made, rounded as PyTorch's operations of the same names round
/// them on x86 with AVX2: where a product is added, once for both.
///
/// Numbers are doubles that are rounded to the type of the tensors before they enter. Nothing is
/// recorded for gradients. Tensors must have one type and one shape.
public final class Update {
  private Update() {}

  /// An operation in float32.
  private interface InFloats {
    float apply(float a, float b, float c);
  }

  /// The same operation in float64.
  private interface InDoubles {
    double apply(double a, double b, double c);
  }

  /// `a + factor * b`, rounded once.
  public static Tensor add(Tensor a, Tensor b, double factor) {
    float f = (float) factor;
    return apply(a, b, b, (x, y, _) -> Math.fma(y, f, x), (x, y, _) -> Math.fma(y, factor, x));
  }

  /// `a + weight * (b - a)`; from weight 0.5 on computed from the side of `b`.
  public static Tensor lerp(Tensor a, Tensor b, double weight) {
    float w = (float) weight;
    return weight < 0.5
        ? apply(
            a, b, b, (x, y, _) -> Math.fma(w, y - x, x), (x, y, _) -> Math.fma(weight, y - x, x))
        : apply(
            a,
            b,
            b,
            (x, y, _) -> Math.fma(w - 1, y - x, y),
            (x, y, _) -> Math.fma(weight - 1, y - x, y));
  }

  /// `a + factor * b * c`; the product of the first two is rounded.
  public static Tensor addcmul(Tensor a, Tensor b, Tensor c, double factor) {
    float f = (float) factor;
    return apply(
        a, b, c, (x, y, z) -> Math.fma(f * y, z, x), (x, y, z) -> Math.fma(factor * y, z, x));
  }

  /// `a + factor * b / c`, rounded at each step.
  public static Tensor addcdiv(Tensor a, Tensor b, Tensor c, double factor) {
    float f = (float) factor;
    return apply(a, b, c, (x, y, z) -> x + f * y / z, (x, y, z) -> x + factor * y / z);
  }

  private static Tensor apply(Tensor a, Tensor b, Tensor c, InFloats floats, InDoubles doubles) {
    if (a.dtype() != b.dtype() || !a.shape().equals(b.shape()) || !a.shape().equals(c.shape())) {
      throw new IllegalArgumentException(
          "%s %s does not go with %s %s".formatted(a.dtype(), a.shape(), b.dtype(), b.shape()));
    }
    return switch (Numbers.of(a)) {
      case Numbers.Floats x -> {
        float[] y = Numbers.floats(b);
        float[] z = Numbers.floats(c);
        float[] out = new float[x.length()];
        Pieces.forEach(out.length, (from, to) -> fill(out, x.array(), y, z, floats, from, to));
        yield Numbers.tensor(a.shape(), out);
      }
      case Numbers.Doubles x -> {
        double[] y = Numbers.doubles(b);
        double[] z = Numbers.doubles(c);
        double[] out = new double[x.length()];
        Pieces.forEach(out.length, (from, to) -> fill(out, x.array(), y, z, doubles, from, to));
        yield Numbers.tensor(a.shape(), out);
      }
    };
  }

  private static void fill(
      float[] out, float[] x, float[] y, float[] z, InFloats f, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = f.apply(x[i], y[i], z[i]);
    }
  }

  private static void fill(
      double[] out, double[] x, double[] y, double[] z, InDoubles f, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = f.apply(x[i], y[i], z[i]);
    }
  }
}
