package org.statedict.tensor;

import java.lang.foreign.MemorySegment;

/// Compares two tensors with a tolerance, as `torch.allclose` does.
final class Closeness {
  private static final int BLOCK = 4096;

  private final double rtol;
  private final double atol;

  Closeness(double rtol, double atol) {
    this.rtol = rtol;
    this.atol = atol;
  }

  boolean holds(Tensor a, Tensor b) {
    boolean complex = a.dtype().isComplex() || b.dtype().isComplex();
    boolean whole = isWhole(a.dtype()) && isWhole(b.dtype());
    DType common = complex ? DType.COMPLEX128 : whole ? DType.INT64 : DType.FLOAT64;
    Cast left = Cast.of(a, common);
    Cast right = Cast.of(b, common);
    for (long first = 0; first < a.elementCount(); first += BLOCK) {
      int count = (int) Math.min(BLOCK, a.elementCount() - first);
      boolean close =
          switch (common) {
            case COMPLEX128 ->
                closePairs(doubles(left, first, 2 * count), doubles(right, first, 2 * count));
            case INT64 -> close(longs(left, first, count), longs(right, first, count));
            default -> close(doubles(left, first, count), doubles(right, first, count));
          };
      if (!close) {
        return false;
      }
    }
    return true;
  }

  /// Whether every element has one exact signed 64-bit integer.
  private static boolean isWhole(DType dtype) {
    return switch (dtype.kind()) {
      case SIGNED, BOOL -> true;
      case UNSIGNED -> dtype != DType.UINT64;
      case FLOAT, COMPLEX, QUANTIZED, BITS -> false;
    };
  }

  private static double[] doubles(Cast cast, long first, int count) {
    double[] numbers = new double[count];
    cast.fillFrom(first, MemorySegment.ofArray(numbers));
    return numbers;
  }

  private static long[] longs(Cast cast, long first, int count) {
    long[] numbers = new long[count];
    cast.fillFrom(first, MemorySegment.ofArray(numbers));
    return numbers;
  }

  private boolean close(double[] a, double[] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i] && !isWithin(Math.abs(a[i] - b[i]), Math.abs(b[i]))) {
        return false;
      }
    }
    return true;
  }

  private boolean close(long[] a, long[] b) {
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i] && !isWithin(distance(a[i], b[i]), Math.abs((double) b[i]))) {
        return false;
      }
    }
    return true;
  }

  /// Exact while it fits 64 bits.
  private static double distance(long a, long b) {
    long difference = a - b;
    boolean overflows = ((a ^ b) & (a ^ difference)) < 0;
    return Math.abs(overflows ? (double) a - b : difference);
  }

  private boolean closePairs(double[] a, double[] b) {
    for (int i = 0; i < a.length; i += 2) {
      boolean equal = a[i] == b[i] && a[i + 1] == b[i + 1];
      double error = Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1]);
      if (!equal && !isWithin(error, Math.hypot(b[i], b[i + 1]))) {
        return false;
      }
    }
    return true;
  }

  /// False for a NaN and for an infinite error, whatever is allowed.
  private boolean isWithin(double error, double magnitude) {
    return error <= atol + rtol * magnitude && error < Double.POSITIVE_INFINITY;
  }
}
