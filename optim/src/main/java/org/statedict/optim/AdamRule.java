package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// What Adam and its relatives remember: running means of the gradient and of its square.
final class AdamRule {
  private static final String MEAN = "exp_avg";
  private static final String SQUARE = "exp_avg_sq";
  private static final String LARGEST = "max_exp_avg_sq";

  private AdamRule() {}

  /// The hyper-parameters of Adam and AdamW.
  static Hyper defaults(Number weightDecay, boolean decoupled) {
    return Hyper.lr(0.001)
        .with("betas", List.of(0.9, 0.999))
        .with("eps", 1e-8)
        .with("weight_decay", weightDecay)
        .with("amsgrad", false)
        .with("maximize", false)
        .with("foreach", null)
        .with("capturable", false)
        .with("differentiable", false)
        .with("fused", null)
        .with("decoupled_weight_decay", decoupled);
  }

  /// The running mean of the gradient.
  static Tensor mean(ParamGroup group, Tensor g, ParamState state) {
    Tensor mean = Update.lerp(state.tensor(MEAN, g), g, 1 - group.number("betas", 0));
    state.put(MEAN, mean);
    return mean;
  }

  /// The running mean of its square.
  static Tensor square(ParamGroup group, Tensor g, ParamState state) {
    double beta = group.number("betas", 1);
    Tensor square = Update.addcmul(state.tensor(SQUARE, g).mul(beta), g, g, 1 - beta);
    state.put(SQUARE, square);
    return square;
  }

  /// How far a running mean that began with 0 has come: `1 - beta^step`.
  static double correction(ParamGroup group, int which, double step) {
    return 1 - Math.pow(group.number("betas", which), step);
  }

  /// The value with decoupled weight decay, else the same value.
  static Tensor shrunk(ParamGroup group, Tensor p) {
    double decay = group.number("weight_decay");
    boolean decoupled = group.flag("decoupled_weight_decay");
    return decoupled && decay != 0 ? p.mul(1 - group.number("lr") * decay) : p;
  }

  /// The gradient with weight decay unless that is decoupled.
  static Tensor decayed(ParamGroup group, Tensor p, Tensor g) {
    return group.flag("decoupled_weight_decay") ? g : Optimizer.decayed(group, p, g);
  }

  /// Adam's step.
  static Tensor updated(ParamGroup group, Tensor before, Tensor gradient, ParamState state) {
    double step = state.advance();
    Tensor p = shrunk(group, before);
    Tensor g = decayed(group, before, gradient);
    Tensor mean = mean(group, g, state);
    Tensor square = square(group, g, state);
    if (group.flag("amsgrad")) {
      square = state.tensor(LARGEST, g).maximum(square);
      state.put(LARGEST, square);
    }
    double root = Math.sqrt(correction(group, 1, step));
    Tensor divisor = square.sqrt().div(root).add(group.number("eps"));
    return Update.addcdiv(p, mean, divisor, -(group.number("lr") / correction(group, 0, step)));
  }
}
