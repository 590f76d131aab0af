package org.statedict.tensor;

/// The inner loops whose speed matters most, over arrays; another implementation may be provided as
/// a service. Stateless and thread-safe.
public interface Kernels {
  /// Adds the product of two row-major matrices: `c[m, n] += a[m, k] b[k, n]`, each matrix from its
  /// offset on, densely packed. Each element is summed in the order of `k`, up to how many partial
  /// sums are kept.
  void multiply(int m, int n, int k, float[] a, int atA, float[] b, int atB, float[] c, int atC);

  /// The same in float64.
  void multiply(int m, int n, int k, double[] a, int atA, double[] b, int atB, double[] c, int atC);

  /// How good the implementation is where it runs; the best one is used. The plain loops are 0.
  int preference();

  /// The best implementation found.
  static Kernels installed() {
    return InstalledKernels.BEST;
  }
}
