package org.statedict.nn;

/// A transposed convolution over 3 spatial dimensions: `(n, inChannels, depth, height, width)`
/// gives `(n, outChannels, depth, height, width)`, each size `(in - 1) stride - 2 padding +
/// dilation (kernel - 1) + outputPadding + 1`.
///
/// `weight`: `(inChannels, outChannels / groups, kernel...)`, uniform by Kaiming's rule; `bias`:
/// `(outChannels)`. As `torch.nn.ConvTranspose3d`.
public final class ConvTranspose3d extends TransposedConvolution {
  public ConvTranspose3d(int inChannels, int outChannels, ConvOptions options) {
    super(3, inChannels, outChannels, options);
  }
}
