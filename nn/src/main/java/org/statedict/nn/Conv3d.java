package org.statedict.nn;

/// A convolution over 3 spatial dimensions, that is a cross-correlation: `(n, inChannels, depth,
/// height, width)` gives `(n, outChannels, depth, height, width)`.
///
/// `weight`: `(outChannels, inChannels / groups, kernel...)`, uniform by Kaiming's rule; `bias`:
/// `(outChannels)`, uniform to `1 / sqrt(fan in)`. As `torch.nn.Conv3d`.
public final class Conv3d extends ForwardConvolution {
  public Conv3d(int inChannels, int outChannels, int kernel) {
    this(inChannels, outChannels, ConvOptions.kernel(kernel));
  }

  public Conv3d(int inChannels, int outChannels, ConvOptions options) {
    super(3, inChannels, outChannels, options);
  }
}
