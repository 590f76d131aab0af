package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// Stochastic gradient descent whose values are averaged: `p = p (1 - lambd eta) - eta g`, with
/// `eta = lr / (1 + lambd lr step)^alpha`; the mean stands in the state.
///
/// State: `step`, `eta`, `mu`, `ax`. Polyak and Juditsky 1992. As `torch.optim.ASGD`.
public final class Asgd extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.01)
          .with("lambd", 0.0001)
          .with("alpha", 0.75)
          .with("t0", 1000000.0)
          .with("weight_decay", 0)
          .with("foreach", null)
          .with("maximize", false)
          .with("differentiable", false)
          .with("capturable", false);

  public Asgd(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Asgd(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    double lr = group.number("lr");
    double step = state.advance();
    double eta = state.putNumber("eta", state.number("eta", lr));
    double mu = state.putNumber("mu", state.number("mu", 1));
    Tensor decayed = decayed(group, p, g);
    double lambda = group.number("lambd");
    Tensor moved = Update.add(p.mul(1 - lambda * eta), decayed, -eta);
    Tensor mean = state.tensor("ax", p);
    state.put("ax", mu == 1 ? moved : mean.add(moved.sub(mean).mul(mu)));
    state.putNumber("eta", lr / Math.pow(1 + lambda * lr * step, group.number("alpha")));
    state.putNumber("mu", 1 / Math.max(1, step - group.number("t0")));
    return moved;
  }
}
