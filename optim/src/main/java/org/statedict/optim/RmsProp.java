package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// `p = p - lr g / (sqrt(s) + eps)` with the running mean `s` of squares, from which that of the
/// gradient is taken if `centered`; with momentum the steps are added up.
///
/// State: `step`, `square_avg` and, if so, `momentum_buffer`, `grad_avg`. Hinton 2012. As
/// `torch.optim.RMSprop`.
public final class RmsProp extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.01)
          .with("momentum", 0)
          .with("alpha", 0.99)
          .with("eps", 1e-8)
          .with("centered", false)
          .with("weight_decay", 0)
          .with("capturable", false)
          .with("foreach", null)
          .with("maximize", false)
          .with("differentiable", false);

  public RmsProp(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public RmsProp(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    state.advance();
    Tensor decayed = decayed(group, p, g);
    double alpha = group.number("alpha");
    double momentum = group.number("momentum");
    Tensor square =
        Update.addcmul(state.tensor("square_avg", p).mul(alpha), decayed, decayed, 1 - alpha);
    state.put("square_avg", square);
    Tensor sum = state.tensor("momentum_buffer", p);
    if (momentum > 0) {
      state.put("momentum_buffer", sum);
    }
    Tensor spread = square;
    if (group.flag("centered")) {
      Tensor mean = Update.lerp(state.tensor("grad_avg", p), decayed, 1 - alpha);
      state.put("grad_avg", mean);
      spread = Update.addcmul(square, mean, mean, -1);
    }
    Tensor divisor = spread.sqrt().add(group.number("eps"));
    if (momentum == 0) {
      return Update.addcdiv(p, decayed, divisor, -group.number("lr"));
    }
    Tensor moved = Update.addcdiv(sum.mul(momentum), decayed, divisor, 1);
    state.put("momentum_buffer", moved);
    return Update.add(p, moved, -group.number("lr"));
  }
}
