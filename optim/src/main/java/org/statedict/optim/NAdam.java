package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// Adam that looks ahead as Nesterov does, with a momentum `mu = beta1 (1 - 0.96^(step
/// momentum_decay) / 2)`.
///
/// State: `step`, `mu_product`, `exp_avg`, `exp_avg_sq`. Dozat 2016. As `torch.optim.NAdam`.
public final class NAdam extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.002)
          .with("betas", List.of(0.9, 0.999))
          .with("eps", 1e-8)
          .with("weight_decay", 0)
          .with("momentum_decay", 0.004)
          .with("decoupled_weight_decay", false)
          .with("maximize", false)
          .with("foreach", null)
          .with("capturable", false)
          .with("differentiable", false);

  public NAdam(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public NAdam(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    double step = state.advance();
    Tensor shrunk = AdamRule.shrunk(group, p);
    Tensor decayed = AdamRule.decayed(group, p, g);
    double now = momentum(group, step);
    double next = momentum(group, step + 1);
    double product = state.putNumber("mu_product", state.number("mu_product", 1) * (float) now);
    Tensor mean = AdamRule.mean(group, decayed, state);
    Tensor square = AdamRule.square(group, decayed, state);
    Tensor divisor =
        square.div(AdamRule.correction(group, 1, step)).sqrt().add(group.number("eps"));
    double lr = group.number("lr");
    Tensor moved = Update.addcdiv(shrunk, decayed, divisor, -lr * (1 - now) / (1 - product));
    return Update.addcdiv(moved, mean, divisor, -lr * next / (1 - product * next));
  }

  private static double momentum(ParamGroup group, double step) {
    double decay = Math.pow(0.96, step * group.number("momentum_decay"));
    return group.number("betas", 0) * (1 - 0.5 * decay);
  }
}
