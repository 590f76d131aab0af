package org.statedict.tensor;

/// The kernels in plain Java.
final class PlainKernels implements Kernels {
  @Override
  public void multiply(
      int m, int n, int k, float[] a, int atA, float[] b, int atB, float[] c, int atC) {
    FloatProduct.multiply(m, n, k, a, atA, b, atB, c, atC);
  }

  @Override
  public void multiply(
      int m, int n, int k, double[] a, int atA, double[] b, int atB, double[] c, int atC) {
    DoubleProduct.multiply(m, n, k, a, atA, b, atB, c, atC);
  }

  @Override
  public int preference() {
    return 0;
  }
}
