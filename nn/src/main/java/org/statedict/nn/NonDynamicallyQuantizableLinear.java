package org.statedict.nn;

/// The projection at the end of an attention, which PyTorch prints under a name of its own.
final class NonDynamicallyQuantizableLinear extends Linear {
  NonDynamicallyQuantizableLinear(int inFeatures, int outFeatures, Bias bias) {
    super(inFeatures, outFeatures, bias);
  }
}
