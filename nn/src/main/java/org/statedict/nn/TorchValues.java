package org.statedict.nn;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Value;

/// Values that may be missing as Python has them.
final class TorchValues {
  private TorchValues() {}

  static Value orNone(OptionalDouble number) {
    return number.isPresent() ? Value.of(number.getAsDouble()) : Scalar.Nil.NONE;
  }

  static Value orNone(OptionalInt number) {
    return number.isPresent() ? Value.of(number.getAsInt()) : Scalar.Nil.NONE;
  }
}
