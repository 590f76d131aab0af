package org.statedict.nn;

/// A convolution over 2 spatial dimensions, that is a cross-correlation: `(n, inChannels, height,
/// width)` gives `(n, outChannels, height, width)`.
///
/// `weight`: `(outChannels, inChannels / groups, kernel...)`, uniform by Kaiming's rule; `bias`:
/// `(outChannels)`, uniform to `1 / sqrt(fan in)`. As `torch.nn.Conv2d`.
public final class Conv2d extends ForwardConvolution {
  public Conv2d(int inChannels, int outChannels, int kernel) {
    this(inChannels, outChannels, ConvOptions.kernel(kernel));
  }

  public Conv2d(int inChannels, int outChannels, ConvOptions options) {
    super(2, inChannels, outChannels, options);
  }
}
