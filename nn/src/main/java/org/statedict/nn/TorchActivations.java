package org.statedict.nn;

import java.util.Optional;
import org.statedict.nn.Gelu.Approximation;

/// PyTorch's classes of activations, with their fields.
final class TorchActivations {
  private static final String IN_PLACE = "inplace";

  private TorchActivations() {}

  /// The class of an activation, empty for any other module.
  static Optional<TorchClass> of(NnModule module) {
    return Optional.ofNullable(
        switch (module) {
          case Relu _, Silu _, Mish _, Hardswish _, Hardsigmoid _, Selu _ ->
              made(module, IN_PLACE, false);
          case Sigmoid _, Tanh _, Softsign _, LogSigmoid _ -> made(module);
          case Relu6 _ -> made(module, "min_val", 0.0, "max_val", 6.0, IN_PLACE, false);
          case Hardtanh a -> made(a, "min_val", a.low, "max_val", a.high, IN_PLACE, false);
          case LeakyRelu a -> made(a, "negative_slope", a.slope, IN_PLACE, false);
          case Elu a -> made(a, "alpha", a.alpha, IN_PLACE, false);
          case Celu a -> made(a, "alpha", a.alpha, IN_PLACE, false);
          case Softplus a -> made(a, "beta", a.beta, "threshold", a.threshold);
          case Gelu a ->
              made(a, "approximate", a.approximation == Approximation.TANH ? "tanh" : "none");
          case PRelu a -> made(a, "num_parameters", a.weight.shape().dim(0), "init", 0.25);
          case Softmax a -> made(a, "dim", a.dim);
          case LogSoftmax a -> made(a, "dim", a.dim);
          default -> null;
        });
  }

  private static TorchClass made(NnModule module, Object... fields) {
    return TorchClass.of("activation." + module.pythonName(), fields);
  }
}
