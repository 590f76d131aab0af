package org.statedict.cli;

import java.util.OptionalDouble;

/// How far two numbers may be apart: `|a - b| <= atol + rtol * |b|`, or not at all, bit by bit.
///
/// @param rtol absent if bits are compared
record Tolerance(OptionalDouble rtol, double atol) {
  static final Tolerance BITS = new Tolerance(OptionalDouble.empty(), 0);

  boolean comparesBits() {
    return rtol.isEmpty();
  }

  boolean accepts(double a, double b) {
    return a == b
        || (Double.isFinite(a)
            && Double.isFinite(b)
            && Math.abs(a - b) <= atol + rtol.orElse(0) * Math.abs(b));
  }
}
