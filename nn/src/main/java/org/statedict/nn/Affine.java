package org.statedict.nn;

import java.util.Arrays;
import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// A weight and a bias for each channel, the second dimension: ones and zeros at first.
record Affine(Parameter weight, Parameter bias) {
  /// The two as parameters of a module, if they are wanted.
  static Optional<Affine> in(NnModule module, int channels, boolean wanted) {
    return wanted
        ? Optional.of(
            new Affine(
                module.parameter("weight", Tensor.ones(channels)),
                module.parameter("bias", Tensor.zeros(channels))))
        : Optional.empty();
  }

  Tensor apply(Tensor x) {
    long[] each = new long[x.shape().rank() - 1];
    Arrays.fill(each, 1);
    each[0] = weight.shape().dim(0);
    return x.mul(weight.value().reshape(each)).add(bias.value().reshape(each));
  }
}
