package org.statedict.nn;

import java.util.Optional;
import java.util.OptionalDouble;
import org.statedict.tensor.Tensor;

/// Each channel of each image by itself: `(n, features, height, width)`, mean 0 and variance 1.
///
/// Nothing is learned or tracked unless said: `weight` and `bias`, `(features)`. Ulyanov et al.
/// 2016. As `torch.nn.InstanceNorm2d`.
public final class InstanceNorm2d extends NnModule implements Layer {
  final int features;
  private final double epsilon;
  private final Optional<Affine> affine;

  public InstanceNorm2d(int features) {
    this(features, 1e-5, false);
  }

  public InstanceNorm2d(int features, double epsilon, boolean affine) {
    this.features = features;
    this.epsilon = epsilon;
    this.affine = Affine.in(this, features, affine);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.shape().rank() != 4 || x.shape().dim(1) != features) {
      throw misfit("[n, %d, height, width]".formatted(features), x);
    }
    Tensor rows = x.reshape(x.shape().dim(0) * features, -1).standardizeRows(epsilon);
    Tensor standardized = rows.reshape(x.shape().toArray());
    return affine.map(a -> a.apply(standardized)).orElse(standardized);
  }

  BatchNormOptions options() {
    return new BatchNormOptions(epsilon, OptionalDouble.of(0.1), affine.isPresent(), false);
  }

  @Override
  protected int stateVersion() {
    return 2;
  }

  @Override
  protected String description() {
    return options().description(features);
  }
}
