package org.statedict.tensor;

/// One element for each window.
final class Pooling {
  private Pooling() {}

  static Tensor max(Tensor x, Window window) {
    Plan plan = new Plan(x, window);
    Numbers in = Numbers.of(x);
    int[] chosen = new int[plan.planes * plan.windows];
    Numbers out = Numbers.zeros(x.dtype(), chosen.length);
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = plan.largest(in, i / plan.windows, i % plan.windows);
      out.set(i, in.get(chosen[i]));
    }
    return GradFn.record(
        out.toTensor(plan.shape()), x, g -> Indexing.scattered(g, chosen, x.shape()));
  }

  static Tensor average(Tensor x, Window window, Window.Padding padding) {
    Plan plan = new Plan(x, window);
    double[] divisors = divisors(window, padding, plan.spatial);
    Numbers in = Numbers.of(x);
    Numbers out = Numbers.zeros(x.dtype(), (long) plan.planes * plan.windows);
    for (int i = 0; i < out.length(); i++) {
      out.set(i, plan.sum(in, i / plan.windows, i % plan.windows) / divisors[i % plan.windows]);
    }
    return GradFn.record(out.toTensor(plan.shape()), x, g -> spread(g, plan, divisors, x.shape()));
  }

  private static Tensor spread(Tensor g, Plan plan, double[] divisors, Shape shape) {
    Numbers in = Numbers.of(g);
    Numbers out = Numbers.zeros(g.dtype(), shape.elementCount());
    for (int i = 0; i < in.length(); i++) {
      double share = in.get(i) / divisors[i % plan.windows];
      int base = i / plan.windows * plan.plane;
      for (int e = i % plan.windows; e < plan.positions.length; e += plan.windows) {
        if (plan.positions[e] >= 0) {
          int at = base + plan.positions[e];
          out.set(at, out.get(at) + share);
        }
      }
    }
    return out.toTensor(shape);
  }

  /// How many elements count in each window: with the padding, but never beyond it.
  private static double[] divisors(Window window, Window.Padding padding, long... spatial) {
    double[] divisors = {1};
    for (int d = 0; d < spatial.length; d++) {
      int around = padding == Window.Padding.COUNTED ? window.padding().get(d) : 0;
      double[] longer = new double[(int) (divisors.length * window.count(spatial)[d])];
      for (int i = 0; i < longer.length; i++) {
        int windows = longer.length / divisors.length;
        long from = (long) (i % windows) * window.stride().get(d) - window.padding().get(d);
        long to = Math.min(from + window.size().get(d), spatial[d] + around);
        longer[i] = divisors[i / windows] * (to - Math.max(from, -around));
      }
      divisors = longer;
    }
    return divisors;
  }

  /// The windows over the planes of a tensor.
  private static final class Plan {
    private final Shape input;
    private final Window window;
    private final long[] spatial;
    private final int[] positions;
    private final int windows;
    private final int planes;
    private final int plane;

    Plan(Tensor x, Window window) {
      if (x.shape().rank() != window.size().size() + 2) {
        throw new IllegalArgumentException(
            "pooling by windows of size %s takes [n, channels] and %d dimensions, not %s"
                .formatted(window.size(), window.size().size(), x.shape()));
      }
      this.input = x.shape();
      this.window = window;
      this.spatial = Windows.spatial(input);
      this.positions = window.positions(spatial);
      this.windows = positions.length / window.elementCount();
      this.plane = (int) Shape.of(spatial).elementCount();
      this.planes = (int) (input.dim(0) * input.dim(1));
    }

    Shape shape() {
      long[] dims = input.toArray();
      long[] count = window.count(spatial);
      System.arraycopy(count, 0, dims, 2, count.length);
      return Shape.of(dims);
    }

    int largest(Numbers in, int p, int first) {
      int best = -1;
      for (int e = first; e < positions.length; e += windows) {
        int at = p * plane + positions[e];
        if (positions[e] >= 0 && (best < 0 || isLarger(in.get(at), in.get(best)))) {
          best = at;
        }
      }
      return best;
    }

    private static boolean isLarger(double candidate, double best) {
      return candidate > best || Double.isNaN(candidate);
    }

    double sum(Numbers in, int p, int first) {
      double sum = 0;
      for (int e = first; e < positions.length; e += windows) {
        sum += positions[e] >= 0 ? in.get(p * plane + positions[e]) : 0;
      }
      return sum;
    }
  }
}
