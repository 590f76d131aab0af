package org.statedict.nn;

import java.util.Arrays;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// `x` above 0, `weight x` below, with one weight or one for each channel, the second dimension.
///
/// `weight`: `(count)`, 0.25 at first. He et al. 2015. As `torch.nn.PReLU`.
public final class PRelu extends NnModule implements Layer {
  final Parameter weight;

  /// One weight for all channels.
  public PRelu() {
    this(1);
  }

  /// @param count 1, or the number of channels
  public PRelu(int count) {
    this.weight = parameter("weight", Tensor.full(0.25f, count));
  }

  @Override
  public Tensor forward(Tensor x) {
    long count = weight.shape().dim(0);
    if (count != 1 && (x.shape().rank() < 2 || x.shape().dim(1) != count)) {
      throw misfit("[n, %d, *]".formatted(count), x);
    }
    long[] each = new long[Math.max(1, x.shape().rank() - 1)];
    Arrays.fill(each, 1);
    each[0] = count;
    return x.pointwise(
        weight.value().reshape(each),
        (v, w) -> v > 0 ? v : w * v,
        (v, w) -> v > 0 ? 1 : w,
        (v, _) -> v > 0 ? 0 : v);
  }

  @Override
  public String pythonName() {
    return "PReLU";
  }

  @Override
  protected String description() {
    return "num_parameters=" + weight.shape().dim(0);
  }
}
