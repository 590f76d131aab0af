package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.statedict.tensor.Tensor;

/// The numbers that describe a tensor's elements; NaN and infinities are counted apart and left out
/// of the others. The standard deviation is the sample's, as `torch.std` gives it.
///
/// @param count finite elements
record Statistics(
    long count, double min, double max, double mean, double std, long zeros, long nan, long inf) {
  private static final int BARS = 12;
  private static final long PIECE = 1 << 16;

  /// Whether elements of this type can be summed up.
  static boolean canDescribe(Tensor tensor) {
    return switch (tensor.dtype().kind()) {
      case FLOAT, SIGNED, UNSIGNED, BOOL -> !tensor.dtype().isSubByte();
      case COMPLEX, QUANTIZED, BITS -> false;
    };
  }

  private interface Each {
    void accept(double value);
  }

  private static void forEach(Tensor tensor, Each each) {
    Tensor flat = tensor.isContiguous() ? tensor.reshape(tensor.elementCount()) : null;
    if (flat == null) {
      for (double value : tensor.toDoubleArray()) {
        each.accept(value);
      }
      return;
    }
    for (long at = 0; at < flat.elementCount(); at += PIECE) {
      for (double value : flat.slice(0, at, at + PIECE).toDoubleArray()) {
        each.accept(value);
      }
    }
  }

  /// Welford's running mean and variance.
  private static final class Sums implements Each {
    long count;
    long zeros;
    long nan;
    long inf;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double mean;
    double squares;

    @Override
    public void accept(double value) {
      if (Double.isFinite(value)) {
        count++;
        zeros += value == 0 ? 1 : 0;
        min = Math.min(min, value);
        max = Math.max(max, value);
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
      } else if (Double.isNaN(value)) {
        nan++;
      } else {
        inf++;
      }
    }
  }

  static Statistics of(Tensor tensor) {
    Sums sums = new Sums();
    forEach(tensor, sums);
    double std = sums.count < 2 ? Double.NaN : Math.sqrt(sums.squares / (sums.count - 1));
    return new Statistics(
        sums.count, sums.min, sums.max, sums.mean, std, sums.zeros, sums.nan, sums.inf);
  }

  void writeTo(JsonGenerator json) throws IOException {
    if (count > 0) {
      json.writeNumberField("min", min);
      json.writeNumberField("max", max);
      json.writeNumberField("mean", mean);
    }
    if (count > 1) {
      json.writeNumberField("std", std);
    }
    json.writeNumberField("zeros", zeros);
    json.writeNumberField("nan", nan);
    json.writeNumberField("inf", inf);
  }

  String line() {
    String numbers =
        count == 0
            ? "no finite elements"
            : "min %.6g  max %.6g  mean %.6g  std %.6g".formatted(min, max, mean, std);
    return "%s  zeros %d  nan %d  inf %d".formatted(numbers, zeros, nan, inf);
  }

  /// A histogram of the finite elements, a line for each of twelve equal parts of their range.
  String histogram(Tensor tensor) {
    if (count == 0 || min == max) {
      return "";
    }
    long[] bars = new long[BARS];
    forEach(
        tensor,
        value -> {
          if (Double.isFinite(value)) {
            bars[(int) Math.min(BARS - 1, (value - min) / (max - min) * BARS)]++;
          }
        });
    long highest = 1;
    for (long bar : bars) {
      highest = Math.max(highest, bar);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BARS; i++) {
      double from = min + (max - min) * i / BARS;
      int length = (int) Math.ceilDiv(bars[i] * 40, highest);
      text.append("%12.5g | %-40s %d%n".formatted(from, "#".repeat(length), bars[i]));
    }
    return text.toString();
  }
}
