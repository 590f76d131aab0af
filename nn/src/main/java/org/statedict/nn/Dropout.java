package org.statedict.nn;

import org.statedict.tensor.Generator;
import org.statedict.tensor.Tensor;

/// In training each element becomes 0 with a probability, and what stays is divided by the rest of
/// it, so that the mean stays; in use nothing happens.
///
/// Drawn from [Generator#DEFAULT]. Hinton et al. 2012. As `torch.nn.Dropout`.
public final class Dropout extends NnModule implements Layer {
  final double probability;

  /// With probability one half.
  public Dropout() {
    this(0.5);
  }

  /// @throws IllegalArgumentException if it is no probability
  public Dropout(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "dropout probability has to be between 0 and 1, but got " + probability);
    }
    this.probability = probability;
  }

  @Override
  public Tensor forward(Tensor x) {
    return isTraining() ? drop(x, probability) : x;
  }

  static Tensor drop(Tensor x, double probability) {
    if (probability == 0) {
      return x;
    }
    double kept = 1 - probability;
    Tensor mask = Generator.DEFAULT.bernoulli(x.dtype(), kept, x.shape().toArray());
    return x.mul(kept == 0 ? mask : mask.div(kept));
  }

  @Override
  protected String description() {
    return "p=%s, inplace=False".formatted(ModulePrinter.python(probability));
  }
}
