package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// Adam whose rate is rectified while the running mean of squares is uncertain, and that uses the
/// mean of the gradient alone until it is certain at all.
///
/// State: `step`, `exp_avg`, `exp_avg_sq`. Liu et al. 2020. As `torch.optim.RAdam`.
public final class RAdam extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.001)
          .with("betas", List.of(0.9, 0.999))
          .with("eps", 1e-8)
          .with("weight_decay", 0)
          .with("maximize", false)
          .with("foreach", null)
          .with("capturable", false)
          .with("decoupled_weight_decay", false)
          .with("differentiable", false);

  public RAdam(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public RAdam(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    double step = state.advance();
    Tensor shrunk = AdamRule.shrunk(group, p);
    Tensor decayed = AdamRule.decayed(group, p, g);
    Tensor mean = AdamRule.mean(group, decayed, state);
    Tensor square = AdamRule.square(group, decayed, state);
    double correction = AdamRule.correction(group, 1, step);
    Tensor moved = mean.div(AdamRule.correction(group, 0, step)).mul(group.number("lr"));
    double longest = 2 / (1 - group.number("betas", 1)) - 1;
    double length = longest - 2 * step * Math.pow(group.number("betas", 1), step) / correction;
    if (length > 5) {
      Tensor inverse = square.sqrt().add(group.number("eps")).pow(-1);
      moved = moved.mul(inverse.mul(Math.sqrt(correction))).mul(rectified(length, longest));
    }
    return Update.add(shrunk, moved, -1);
  }

  private static double rectified(double length, double longest) {
    return Math.sqrt(
        (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
  }
}
