package org.statedict.tensor;

import java.util.Arrays;

/// The product of float64 matrices in plain Java, blocked so that the compiler makes vectors of the
/// inner loops.
///
/// A block of `b` is copied into rows of their own, which stay in the cache while every four rows
/// of `a` pass by; the innermost loop runs along rows and multiplies four of them by four numbers
/// of each row of `a`, so that what it loads is used four times.
final class DoubleProduct {
  private static final int COLUMNS = 512;
  private static final int DEPTH = 256;
  private static final int GROUP = 4;

  static void multiply(
      int m, int n, int k, double[] a, int atA, double[] b, int atB, double[] c, int atC) {
    double[][] rows =
        new double[Math.ceilDiv(Math.min(k, DEPTH), GROUP) * GROUP][Math.min(n, COLUMNS)];
    double[][] sums = new double[GROUP][Math.min(n, COLUMNS)];
    for (int column = 0; column < n; column += COLUMNS) {
      int width = Math.min(COLUMNS, n - column);
      for (int from = 0; from < k; from += DEPTH) {
        int depth = Math.min(DEPTH, k - from);
        pack(b, atB + from * n + column, n, rows, depth, width);
        for (int row = 0; row < m; row += GROUP) {
          int height = Math.min(GROUP, m - row);
          int to = atC + row * n + column;
          load(c, to, n, sums, height, width);
          accumulate(a, atA + row * k + from, k, height, rows, depth, sums, width);
          store(c, to, n, sums, height, width);
        }
      }
    }
  }

  /// Copies rows, and zeros behind them up to a whole group.
  private static void pack(double[] b, int at, int stride, double[][] rows, int depth, int width) {
    for (int p = 0; p < depth; p++) {
      System.arraycopy(b, at + p * stride, rows[p], 0, width);
    }
    for (int p = depth; p % GROUP != 0; p++) {
      Arrays.fill(rows[p], 0);
    }
  }

  private static void load(double[] c, int at, int stride, double[][] sums, int height, int width) {
    for (int i = 0; i < height; i++) {
      System.arraycopy(c, at + i * stride, sums[i], 0, width);
    }
  }

  private static void store(
      double[] c, int at, int stride, double[][] sums, int height, int width) {
    for (int i = 0; i < height; i++) {
      System.arraycopy(sums[i], 0, c, at + i * stride, width);
    }
  }

  private static void accumulate(
      double[] a,
      int at,
      int stride,
      int height,
      double[][] rows,
      int depth,
      double[][] sums,
      int width) {
    double[] factors = new double[GROUP * GROUP];
    for (int p = 0; p < depth; p += GROUP) {
      int count = Math.min(GROUP, depth - p);
      for (int i = 0; i < height; i++) {
        for (int q = 0; q < GROUP; q++) {
          factors[i * GROUP + q] = q < count ? a[at + i * stride + p + q] : 0;
        }
      }
      double[] b0 = rows[p];
      double[] b1 = rows[p + 1];
      double[] b2 = rows[p + 2];
      double[] b3 = rows[p + 3];
      if (height == GROUP) {
        fourRows(factors, b0, b1, b2, b3, sums[0], sums[1], sums[2], sums[3], width);
      } else {
        for (int i = 0; i < height; i++) {
          oneRow(factors, i * GROUP, b0, b1, b2, b3, sums[i], width);
        }
      }
    }
  }

  private static void oneRow(
      double[] f,
      int at,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] c,
      int width) {
    double f0 = f[at];
    double f1 = f[at + 1];
    double f2 = f[at + 2];
    double f3 = f[at + 3];
    for (int j = 0; j < width; j++) {
      c[j] =
          Math.fma(f3, b3[j], Math.fma(f2, b2[j], Math.fma(f1, b1[j], Math.fma(f0, b0[j], c[j]))));
    }
  }

  private static void fourRows(
      double[] f,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] c0,
      double[] c1,
      double[] c2,
      double[] c3,
      int width) {
    double f00 = f[0];
    double f01 = f[1];
    double f02 = f[2];
    double f03 = f[3];
    double f10 = f[4];
    double f11 = f[5];
    double f12 = f[6];
    double f13 = f[7];
    double f20 = f[8];
    double f21 = f[9];
    double f22 = f[10];
    double f23 = f[11];
    double f30 = f[12];
    double f31 = f[13];
    double f32 = f[14];
    double f33 = f[15];
    for (int j = 0; j < width; j++) {
      double x0 = b0[j];
      double x1 = b1[j];
      double x2 = b2[j];
      double x3 = b3[j];
      c0[j] = Math.fma(f03, x3, Math.fma(f02, x2, Math.fma(f01, x1, Math.fma(f00, x0, c0[j]))));
      c1[j] = Math.fma(f13, x3, Math.fma(f12, x2, Math.fma(f11, x1, Math.fma(f10, x0, c1[j]))));
      c2[j] = Math.fma(f23, x3, Math.fma(f22, x2, Math.fma(f21, x1, Math.fma(f20, x0, c2[j]))));
      c3[j] = Math.fma(f33, x3, Math.fma(f32, x2, Math.fma(f31, x1, Math.fma(f30, x0, c3[j]))));
    }
  }
}
