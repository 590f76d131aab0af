package org.statedict.nn;

import org.statedict.tensor.Tensor;
import org.statedict.tensor.Window;

/// A cross-correlation: the matrix product of the weights with what the windows see.
abstract class ForwardConvolution extends Convolution {
  ForwardConvolution(int rank, int inChannels, int outChannels, ConvOptions options) {
    super(rank, inChannels, outChannels, options, outChannels, inChannels / options.groups());
  }

  @Override
  final Tensor ofBatch(Tensor x) {
    Window window = options.window();
    int groups = options.groups();
    long perGroup = weight.value().elementCount() / outChannels;
    Tensor columns = x.unfold(window);
    Tensor rows = weight.value().reshape(groups, outChannels / groups, perGroup);
    Tensor parts = columns.reshape(x.shape().dim(0), groups, perGroup, columns.shape().dim(2));
    return rows.matmul(parts).reshape(result(x, window.count(spatial(x))));
  }

  @Override
  protected final String description() {
    return "%d, %d, %s".formatted(inChannels, outChannels, options.description(false));
  }
}
