package org.statedict.nn;

import java.util.Arrays;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// A weight and a bias for each channel, the second dimension: ones and zeros at first.
record Affine(Parameter weight, Parameter bias) {
  Tensor apply(Tensor x) {
    long[] each = new long[x.shape().rank() - 1];
    Arrays.fill(each, 1);
    each[0] = weight.shape().dim(0);
    return x.mul(weight.value().reshape(each)).add(bias.value().reshape(each));
  }
}
