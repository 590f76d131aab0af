package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// `p = p - lr / (1 - beta1^step) m / u` with the running mean `m` of the gradient and the largest
/// size `u = max(beta2 u, |g| + eps)`.
///
/// State: `step`, `exp_avg`, `exp_inf`. Kingma and Ba 2015. As `torch.optim.Adamax`.
public final class Adamax extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.002)
          .with("betas", List.of(0.9, 0.999))
          .with("eps", 1e-8)
          .with("weight_decay", 0)
          .with("foreach", null)
          .with("maximize", false)
          .with("differentiable", false)
          .with("capturable", false);

  public Adamax(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Adamax(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    double step = state.advance();
    Tensor decayed = decayed(group, p, g);
    Tensor mean = AdamRule.mean(group, decayed, state);
    Tensor faded = state.tensor("exp_inf", p).mul(group.number("betas", 1));
    Tensor size = faded.maximum(decayed.abs().add(group.number("eps")));
    state.put("exp_inf", size);
    double rate = group.number("lr") / AdamRule.correction(group, 0, step);
    return Update.addcdiv(p, mean, size, -rate);
  }
}
