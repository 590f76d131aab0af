package org.statedict.tensor;

import java.util.function.DoubleSupplier;

/// Normally distributed numbers in blocks of 16 by the transform of Box and Muller (1958), as
/// PyTorch makes them on x86: the first half of a block holds the cosines, the second the sines. A
/// rest is made of 16 numbers of its own that end with the last element.
///
/// In float32 logarithm, sine and cosine are the polynomials of the Cephes library with fused
/// operations, and constants rounded to float32, so that the bits are PyTorch's.
final class NormalBlock {
  static final int SIZE = 16;

  private static final int HALF = SIZE / 2;
  private static final float[] LOG = {
    0.070376836f,
    -0.1151461f,
    0.116769984f,
    -0.12420141f,
    0.14249323f,
    -0.16668057f,
    0.20000714f,
    -0.24999994f,
    0.3333333f
  };
  private static final float SQRT_HALF = 0.70710677f;
  private static final float LEAST = Float.MIN_NORMAL;

  private NormalBlock() {}

  /// A uniform number from 0 (included) to 1 (excluded).
  interface UniformFloat {
    float next();
  }

  /// Numbers of a mean and a standard deviation.
  ///
  /// @param count at least 16
  static float[] floats(int count, UniformFloat uniform, float mean, float deviation) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = uniform.next();
    }
    for (int i = 0; i + SIZE <= count; i += SIZE) {
      transform(out, i, mean, deviation);
    }
    if (count % SIZE != 0) {
      for (int i = count - SIZE; i < count; i++) {
        out[i] = uniform.next();
      }
      transform(out, count - SIZE, mean, deviation);
    }
    return out;
  }

  private static void transform(float[] d, int at, float mean, float deviation) {
    for (int j = at; j < at + HALF; j++) {
      float radius = (float) Math.sqrt(-2 * log(1 - d[j]));
      float angle = (float) (2 * Math.PI) * d[j + HALF];
      d[j] = Math.fma(radius * cos(angle), deviation, mean);
      d[j + HALF] = Math.fma(radius * sin(angle), deviation, mean);
    }
  }

  private static float log(float of) {
    float x = Math.max(of, LEAST);
    int bits = Float.floatToRawIntBits(x);
    float exponent = (bits >>> 23) - 126;
    float m = Float.intBitsToFloat((bits & 0x007fffff) | 0x3f000000);
    if (m < SQRT_HALF) {
      exponent -= 1;
      m = m - 1 + m;
    } else {
      m = m - 1;
    }
    float z = m * m;
    float y = LOG[0];
    for (int i = 1; i < LOG.length; i++) {
      y = Math.fma(y, m, LOG[i]);
    }
    y = Math.fma(y * m, z, exponent * -0.00021219444f);
    return Math.fma(exponent, 0.6933594f, m + Math.fma(-z, 0.5f, y));
  }

  /// The octant of an angle, made even.
  private static int octant(float x) {
    return ((int) (x * 1.2732395f) + 1) & ~1;
  }

  private static float reduced(float x, float octant) {
    float y = Math.fma(octant, -0.78515625f, x);
    y = Math.fma(octant, -0.00024187565f, y);
    return Math.fma(octant, -3.774895e-8f, y);
  }

  private static float sin(float x) {
    int octant = octant(x);
    float r = reduced(x, octant);
    float value = (octant & 2) == 0 ? sinPolynomial(r) : cosPolynomial(r);
    return (octant & 4) == 0 ? value : -value;
  }

  private static float cos(float x) {
    int octant = octant(x);
    float r = reduced(x, octant);
    float value = (octant & 2) == 0 ? cosPolynomial(r) : sinPolynomial(r);
    return ((octant - 2) & 4) == 0 ? -value : value;
  }

  private static float cosPolynomial(float r) {
    float z = r * r;
    float y = Math.fma(2.4433157e-5f, z, -0.0013887316f);
    y = Math.fma(y, z, 0.041666646f) * z;
    return Math.fma(y, z, -(z * 0.5f)) + 1;
  }

  private static float sinPolynomial(float r) {
    float z = r * r;
    float y = Math.fma(-0.00019515296f, z, 0.008332161f);
    y = Math.fma(y, z, -0.16666655f) * z;
    return Math.fma(y, r, r);
  }

  /// The same in float64.
  static double[] doubles(int count, DoubleSupplier uniform, double mean, double deviation) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = uniform.getAsDouble();
    }
    for (int i = 0; i + SIZE <= count; i += SIZE) {
      transform(out, i, mean, deviation);
    }
    if (count % SIZE != 0) {
      for (int i = count - SIZE; i < count; i++) {
        out[i] = uniform.getAsDouble();
      }
      transform(out, count - SIZE, mean, deviation);
    }
    return out;
  }

  private static void transform(double[] d, int at, double mean, double deviation) {
    for (int j = at; j < at + HALF; j++) {
      double radius = Math.sqrt(-2 * Math.log(1 - d[j]));
      double angle = 2 * Math.PI * d[j + HALF];
      d[j] = radius * Math.cos(angle) * deviation + mean;
      d[j + HALF] = radius * Math.sin(angle) * deviation + mean;
    }
  }
}
