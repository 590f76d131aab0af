package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// `p = p - lr d` with `d = sqrt(a + eps) / sqrt(s + eps) g`, the running means `s` of the
/// gradient's squares and `a` of those of `d`.
///
/// State: `step`, `square_avg`, `acc_delta`. Zeiler 2012. As `torch.optim.Adadelta`.
public final class Adadelta extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 1.0)
          .with("rho", 0.9)
          .with("eps", 1e-6)
          .with("weight_decay", 0)
          .with("maximize", false)
          .with("capturable", false)
          .with("foreach", null)
          .with("differentiable", false);

  public Adadelta(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Adadelta(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    state.advance();
    Tensor decayed = decayed(group, p, g);
    double rho = group.number("rho");
    double eps = group.number("eps");
    Tensor square =
        Update.addcmul(state.tensor("square_avg", p).mul(rho), decayed, decayed, 1 - rho);
    Tensor sum = state.tensor("acc_delta", p);
    Tensor delta = sum.add(eps).sqrt().div(square.add(eps).sqrt()).mul(decayed);
    state.put("square_avg", square);
    state.put("acc_delta", Update.addcmul(sum.mul(rho), delta, delta, 1 - rho));
    return Update.add(p, delta, -group.number("lr"));
  }
}
