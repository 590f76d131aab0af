package org.statedict.nn;

/// A transposed convolution over 1 spatial dimension: `(n, inChannels, length)` gives `(n,
/// outChannels, length)`, each size `(in - 1) stride - 2 padding + dilation (kernel - 1) +
/// outputPadding + 1`.
///
/// `weight`: `(inChannels, outChannels / groups, kernel...)`, uniform by Kaiming's rule; `bias`:
/// `(outChannels)`. As `torch.nn.ConvTranspose1d`.
public final class ConvTranspose1d extends TransposedConvolution {
  public ConvTranspose1d(int inChannels, int outChannels, ConvOptions options) {
    super(1, inChannels, outChannels, options);
  }
}
