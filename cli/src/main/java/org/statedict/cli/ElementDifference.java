package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// How the elements of two tensors of one type and shape differ.
///
/// @param maxAbs the greatest absolute difference, NaN if the elements are no numbers
/// @param maxRel the greatest difference relative to the second tensor's element
/// @param count the number of elements that differ
record ElementDifference(double maxAbs, double maxRel, long count) {
  private static final int PIECE = 1 << 18;
  private static final long ELEMENTS = 1 << 16;

  /// The difference, empty if there is none within `tolerance`. Streams in pieces.
  static Optional<ElementDifference> of(Tensor a, Tensor b, Tolerance tolerance) {
    if (sameBits(a, b)) {
      return Optional.empty();
    }
    if (!Statistics.canDescribe(a)) {
      return Optional.of(new ElementDifference(Double.NaN, Double.NaN, differingElements(a, b)));
    }
    return numbers(a.reshape(a.elementCount()), b.reshape(b.elementCount()), tolerance);
  }

  private static boolean sameBits(Tensor a, Tensor b) {
    return mismatches(a, b, 1) == 0;
  }

  private static long differingElements(Tensor a, Tensor b) {
    return mismatches(a, b, Long.MAX_VALUE);
  }

  /// The number of elements whose bits differ, up to `enough`.
  private static long mismatches(Tensor a, Tensor b, long enough) {
    TensorBytes left = TensorBytes.of(a);
    TensorBytes right = TensorBytes.of(b);
    int width = Math.max(1, a.dtype().bits() / 8);
    long count = 0;
    byte[] one = new byte[(int) Math.min(PIECE, a.byteSize())];
    byte[] two = new byte[one.length];
    for (long at = 0; at < a.byteSize() && count < enough; at += one.length) {
      int size = (int) Math.min(one.length, a.byteSize() - at);
      left.copyTo(at, one, size);
      right.copyTo(at, two, size);
      for (int i = 0; i < size && count < enough; i += width) {
        count += java.util.Arrays.equals(one, i, i + width, two, i, i + width) ? 0 : 1;
      }
    }
    return count;
  }

  private static Optional<ElementDifference> numbers(Tensor a, Tensor b, Tolerance tolerance) {
    double maxAbs = 0;
    double maxRel = 0;
    long count = 0;
    for (long at = 0; at < a.elementCount(); at += ELEMENTS) {
      Tensor one = a.slice(0, at, at + ELEMENTS);
      Tensor two = b.slice(0, at, at + ELEMENTS);
      double[] x = one.toDoubleArray();
      double[] y = two.toDoubleArray();
      for (int i = 0; i < x.length; i++) {
        boolean same =
            tolerance.comparesBits()
                ? Double.doubleToRawLongBits(x[i]) == Double.doubleToRawLongBits(y[i])
                : tolerance.accepts(x[i], y[i]);
        if (!same) {
          count++;
          double apart = Math.abs(x[i] - y[i]);
          maxAbs = Math.max(maxAbs, apart);
          maxRel = Math.max(maxRel, apart / Math.abs(y[i]));
        }
      }
    }
    if (count == 0 && tolerance.comparesBits()) {
      count = differingElements(a, b); // a payload that a double does not show
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(new ElementDifference(maxAbs, maxRel, count));
  }

  void writeTo(JsonGenerator json) throws IOException {
    if (Double.isFinite(maxAbs)) {
      json.writeNumberField("maxAbs", maxAbs);
    }
    if (Double.isFinite(maxRel)) {
      json.writeNumberField("maxRel", maxRel);
    }
    json.writeNumberField("count", count);
  }

  String text() {
    return "%d elements, max abs %.6g, max rel %.6g".formatted(count, maxAbs, maxRel);
  }
}
