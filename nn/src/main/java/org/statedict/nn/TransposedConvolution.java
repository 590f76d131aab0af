package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// A transposed convolution: what the gradient of a convolution computes for its input.
abstract class TransposedConvolution extends Convolution {
  TransposedConvolution(int rank, int inChannels, int outChannels, ConvOptions options) {
    super(rank, inChannels, outChannels, options, inChannels, outChannels / options.groups());
  }

  @Override
  final Tensor ofBatch(Tensor x) {
    int groups = options.groups();
    long n = x.shape().dim(0);
    long perGroup = weight.value().elementCount() / inChannels;
    Tensor rows = weight.value().reshape(groups, inChannels / groups, perGroup).transpose(1, 2);
    Tensor parts = x.reshape(n, groups, inChannels / groups, -1);
    Tensor columns = rows.matmul(parts).reshape(n, groups * perGroup, parts.shape().dim(3));
    return columns.fold(options.window(), outputSize(spatial(x)));
  }

  private long[] outputSize(long... spatial) {
    long[] sizes = new long[rank];
    for (int d = 0; d < rank; d++) {
      sizes[d] =
          (spatial[d] - 1) * options.stride().get(d)
              - 2L * options.padding().get(d)
              + options.dilation().get(d) * (options.size().get(d) - 1L)
              + options.outputPadding().get(d)
              + 1;
    }
    return sizes;
  }

  @Override
  protected final String description() {
    return "%d, %d, %s".formatted(inChannels, outChannels, options.description(true));
  }
}
