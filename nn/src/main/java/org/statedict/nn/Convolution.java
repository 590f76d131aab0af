package org.statedict.nn;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// What convolutions of all kinds have in common: channels, options, a weight for each pair of
/// channels and each element of the kernel, a bias.
abstract class Convolution extends NnModule implements Layer {
  final ConvOptions options;
  final int rank;
  final int inChannels;
  final int outChannels;
  final Parameter weight;
  final Optional<Parameter> bias;

  /// @param first the sizes of the weight's two first dimensions
  Convolution(int rank, int inChannels, int outChannels, ConvOptions options, long... first) {
    if (inChannels % options.groups() != 0 || outChannels % options.groups() != 0) {
      throw new IllegalArgumentException(
          "%d and %d channels cannot be divided into %d groups"
              .formatted(inChannels, outChannels, options.groups()));
    }
    this.rank = rank;
    this.options = options.of(rank);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    long[] kernel = this.options.size().stream().mapToLong(Integer::longValue).toArray();
    long[] shape = LongStream.concat(Arrays.stream(first), Arrays.stream(kernel)).toArray();
    long fanIn = first[1] * Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
    this.weight = parameter("weight", Init.kaiming(fanIn, shape));
    this.bias =
        optional(options.bias() == Bias.LEARNED, "bias", () -> Init.byFanIn(fanIn, outChannels));
  }

  /// The result for a batch.
  abstract Tensor ofBatch(Tensor x);

  /// The result for `x`: `(n, inChannels, spatial...)`, or the same without `n`.
  @Override
  public final Tensor forward(Tensor x) {
    boolean single = x.shape().rank() == rank + 1;
    boolean fits = (single || x.shape().rank() == rank + 2) && x.dtype() == weight.dtype();
    if (!fits || x.shape().dim(-rank - 1) != inChannels) {
      throw misfit(
          "%s [n, %d, %d spatial dimensions]".formatted(weight.dtype(), inChannels, rank), x);
    }
    Tensor result = ofBatch(single ? x.unsqueeze(0) : x);
    long[] each = new long[rank + 1];
    Arrays.fill(each, 1);
    each[0] = outChannels;
    Tensor whole = bias.map(b -> result.add(b.value().reshape(each))).orElse(result);
    return single ? whole.squeeze(0) : whole;
  }

  public final Parameter weight() {
    return weight;
  }

  public final Optional<Parameter> bias() {
    return bias;
  }

  /// The sizes behind `(n, channels)`.
  final long[] spatial(Tensor x) {
    return Arrays.copyOfRange(x.shape().toArray(), 2, rank + 2);
  }

  /// `(n, channels, spatial...)`.
  final long[] result(Tensor x, long... spatial) {
    return LongStream.concat(LongStream.of(x.shape().dim(0), outChannels), Arrays.stream(spatial))
        .toArray();
  }
}
