package org.statedict.nn;

import java.util.OptionalDouble;

/// How a batch normalization computes.
///
/// @param epsilon added to the variance, 1e-5 unless said
/// @param momentum the share of a batch in the running statistics, 0.1 unless said; empty for their
///   plain mean over all batches
/// @param affine whether weights and biases are learned, which they are unless said
/// @param tracked whether running statistics are kept, which they are unless said
public record BatchNormOptions(
    double epsilon, OptionalDouble momentum, boolean affine, boolean tracked) {
  public static final BatchNormOptions DEFAULT =
      new BatchNormOptions(1e-5, OptionalDouble.of(0.1), true, true);

  public BatchNormOptions withEpsilon(double added) {
    return new BatchNormOptions(added, momentum, affine, tracked);
  }

  public BatchNormOptions withMomentum(OptionalDouble share) {
    return new BatchNormOptions(epsilon, share, affine, tracked);
  }

  public BatchNormOptions withAffine(boolean learned) {
    return new BatchNormOptions(epsilon, momentum, learned, tracked);
  }

  public BatchNormOptions withTracked(boolean kept) {
    return new BatchNormOptions(epsilon, momentum, affine, kept);
  }

  String description(int features) {
    return "%d, eps=%s, momentum=%s, affine=%s, bias=%s, track_running_stats=%s"
        .formatted(
            features,
            ModulePrinter.python(epsilon),
            momentum.isPresent() ? ModulePrinter.python(momentum.getAsDouble()) : "None",
            ModulePrinter.python(affine),
            ModulePrinter.python(affine),
            ModulePrinter.python(tracked));
  }
}
