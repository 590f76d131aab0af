package org.statedict.nn;

/// A transposed convolution over 2 spatial dimensions: `(n, inChannels, height, width)` gives `(n,
/// outChannels, height, width)`, each size `(in - 1) stride - 2 padding + dilation (kernel - 1) +
/// outputPadding + 1`.
///
/// `weight`: `(inChannels, outChannels / groups, kernel...)`, uniform by Kaiming's rule; `bias`:
/// `(outChannels)`. As `torch.nn.ConvTranspose2d`.
public final class ConvTranspose2d extends TransposedConvolution {
  public ConvTranspose2d(int inChannels, int outChannels, ConvOptions options) {
    super(2, inChannels, outChannels, options);
  }
}
