package org.statedict.tensor;

/// Truth values: comparisons make them, fills and choices follow them.
final class Masks {
  private Masks() {}

  /// Whether each pair of elements passes a test.
  interface Test {
    boolean holds(double a, double b);
  }

  static Tensor compare(Tensor a, Tensor b, Test test) {
    Shape shape = Broadcast.shape(a.shape(), b.shape());
    double[] left = Broadcast.expand(a.detach(), shape).toDoubleArray();
    double[] right = Broadcast.expand(b.detach(), shape).toDoubleArray();
    byte[] mask = new byte[left.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (test.holds(left[i], right[i]) ? 1 : 0);
    }
    return Numbers.mask(shape, mask);
  }

  static Tensor fill(Tensor x, Tensor mask, double value) {
    Shape shape = Broadcast.shape(x.shape(), mask.shape());
    boolean[] set = truths(mask, shape);
    Numbers in = Numbers.of(Broadcast.expand(x.detach(), shape));
    Numbers out = Numbers.zeros(x.dtype(), set.length);
    for (int i = 0; i < set.length; i++) {
      out.set(i, set[i] ? value : in.get(i));
    }
    return GradFn.record(out.toTensor(shape), x, g -> Broadcast.sumTo(fill(g, mask, 0), x.shape()));
  }

  /// The element of `a` where `mask` is true, that of `b` elsewhere.
  static Tensor choose(Tensor mask, Tensor a, Tensor b) {
    Tensor not = compare(mask, mask, (m, _) -> m == 0);
    return fill(a, not, 0).add(fill(b, mask, 0));
  }

  private static boolean[] truths(Tensor mask, Shape shape) {
    if (mask.dtype() != DType.BOOL) {
      throw new IllegalArgumentException(
          "a mask is a bool tensor, not %s %s".formatted(mask.dtype(), mask.shape()));
    }
    long[] values = Broadcast.expand(mask, shape).toLongArray();
    boolean[] set = new boolean[values.length];
    for (int i = 0; i < set.length; i++) {
      set[i] = values[i] != 0;
    }
    return set;
  }
}
