package org.statedict.tensor;

import java.util.Arrays;

/// The product of float32 matrices in plain Java, blocked so that the compiler makes vectors of the
/// inner loops.
///
/// A block of `b` is copied into rows of their own, which stay in the cache while every four rows
/// of `a` pass by; the innermost loop runs along rows and multiplies four of them by four numbers
/// of each row of `a`, so that what it loads is used four times.
final class FloatProduct {
  private static final int COLUMNS = 512;
  private static final int DEPTH = 256;
  private static final int GROUP = 4;

  static void multiply(
      int m, int n, int k, float[] a, int atA, float[] b, int atB, float[] c, int atC) {
    float[][] rows =
        new float[Math.ceilDiv(Math.min(k, DEPTH), GROUP) * GROUP][Math.min(n, COLUMNS)];
    float[][] sums = new float[GROUP][Math.min(n, COLUMNS)];
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
  private static void pack(float[] b, int at, int stride, float[][] rows, int depth, int width) {
    for (int p = 0; p < depth; p++) {
      System.arraycopy(b, at + p * stride, rows[p], 0, width);
    }
    for (int p = depth; p % GROUP != 0; p++) {
      Arrays.fill(rows[p], 0);
    }
  }

  private static void load(float[] c, int at, int stride, float[][] sums, int height, int width) {
    for (int i = 0; i < height; i++) {
      System.arraycopy(c, at + i * stride, sums[i], 0, width);
    }
  }

  private static void store(float[] c, int at, int stride, float[][] sums, int height, int width) {
    for (int i = 0; i < height; i++) {
      System.arraycopy(sums[i], 0, c, at + i * stride, width);
    }
  }

  private static void accumulate(
      float[] a,
      int at,
      int stride,
      int height,
      float[][] rows,
      int depth,
      float[][] sums,
      int width) {
    float[] factors = new float[GROUP * GROUP];
    for (int p = 0; p < depth; p += GROUP) {
      int count = Math.min(GROUP, depth - p);
      for (int i = 0; i < height; i++) {
        for (int q = 0; q < GROUP; q++) {
          factors[i * GROUP + q] = q < count ? a[at + i * stride + p + q] : 0;
        }
      }
      float[] b0 = rows[p];
      float[] b1 = rows[p + 1];
      float[] b2 = rows[p + 2];
      float[] b3 = rows[p + 3];
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
      float[] f, int at, float[] b0, float[] b1, float[] b2, float[] b3, float[] c, int width) {
    float f0 = f[at];
    float f1 = f[at + 1];
    float f2 = f[at + 2];
    float f3 = f[at + 3];
    for (int j = 0; j < width; j++) {
      c[j] =
          Math.fma(f3, b3[j], Math.fma(f2, b2[j], Math.fma(f1, b1[j], Math.fma(f0, b0[j], c[j]))));
    }
  }

  private static void fourRows(
      float[] f,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] c0,
      float[] c1,
      float[] c2,
      float[] c3,
      int width) {
    float f00 = f[0];
    float f01 = f[1];
    float f02 = f[2];
    float f03 = f[3];
    float f10 = f[4];
    float f11 = f[5];
    float f12 = f[6];
    float f13 = f[7];
    float f20 = f[8];
    float f21 = f[9];
    float f22 = f[10];
    float f23 = f[11];
    float f30 = f[12];
    float f31 = f[13];
    float f32 = f[14];
    float f33 = f[15];
    for (int j = 0; j < width; j++) {
      float x0 = b0[j];
      float x1 = b1[j];
      float x2 = b2[j];
      float x3 = b3[j];
      c0[j] = Math.fma(f03, x3, Math.fma(f02, x2, Math.fma(f01, x1, Math.fma(f00, x0, c0[j]))));
      c1[j] = Math.fma(f13, x3, Math.fma(f12, x2, Math.fma(f11, x1, Math.fma(f10, x0, c1[j]))));
      c2[j] = Math.fma(f23, x3, Math.fma(f22, x2, Math.fma(f21, x1, Math.fma(f20, x0, c2[j]))));
      c3[j] = Math.fma(f33, x3, Math.fma(f32, x2, Math.fma(f31, x1, Math.fma(f30, x0, c3[j]))));
    }
  }
}
