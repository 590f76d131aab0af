package org.statedict.nn;

/// A convolution over 1 spatial dimension, that is a cross-correlation: `(n, inChannels, length)`
/// gives `(n, outChannels, length)`.
///
/// `weight`: `(outChannels, inChannels / groups, kernel...)`, uniform by Kaiming's rule; `bias`:
/// `(outChannels)`, uniform to `1 / sqrt(fan in)`. As `torch.nn.Conv1d`.
public final class Conv1d extends ForwardConvolution {
  public Conv1d(int inChannels, int outChannels, int kernel) {
    this(inChannels, outChannels, ConvOptions.kernel(kernel));
  }

  public Conv1d(int inChannels, int outChannels, ConvOptions options) {
    super(1, inChannels, outChannels, options);
  }
}
