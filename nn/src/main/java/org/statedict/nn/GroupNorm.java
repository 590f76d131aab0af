package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Tensor;

/// Channels in groups, each group of each sample with mean 0 and variance 1: `(n, channels, *)`.
///
/// `weight`: `(channels)`, ones; `bias`: `(channels)`, zeros. Wu and He 2018. As
/// `torch.nn.GroupNorm`.
public final class GroupNorm extends NnModule implements Layer {
  final int groups;
  final int channels;
  final double epsilon;
  final Optional<Affine> affine;

  public GroupNorm(int groups, int channels) {
    this(groups, channels, 1e-5, true);
  }

  /// @throws IllegalArgumentException if the channels cannot be divided into groups
  public GroupNorm(int groups, int channels, double epsilon, boolean affine) {
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          "%d channels cannot be divided into %d groups".formatted(channels, groups));
    }
    this.groups = groups;
    this.channels = channels;
    this.epsilon = epsilon;
    this.affine = Affine.in(this, channels, affine);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.shape().rank() < 2 || x.shape().dim(1) != channels) {
      throw misfit("[n, %d, *]".formatted(channels), x);
    }
    Tensor rows = x.reshape(x.shape().dim(0) * groups, -1).standardizeRows(epsilon);
    Tensor standardized = rows.reshape(x.shape().toArray());
    return affine.map(a -> a.apply(standardized)).orElse(standardized);
  }

  @Override
  protected String description() {
    return "%d, %d, eps=%s, affine=%s, bias=%s"
        .formatted(
            groups,
            channels,
            ModulePrinter.python(epsilon),
            ModulePrinter.python(affine.isPresent()),
            ModulePrinter.python(affine.isPresent()));
  }
}
