package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// `p = p - lr' g / (sqrt(s) + eps)` with the sum `s` of all squares and `lr' = lr / (1 + (step -
/// 1) lr_decay)`.
///
/// State, from the begin on: `step`, `sum`. Duchi et al. 2011. As `torch.optim.Adagrad`.
public final class Adagrad extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.01)
          .with("lr_decay", 0)
          .with("eps", 1e-10)
          .with("weight_decay", 0)
          .with("initial_accumulator_value", 0)
          .with("foreach", null)
          .with("maximize", false)
          .with("differentiable", false)
          .with("fused", null);

  public Adagrad(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Adagrad(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
    prepareStates();
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    double step = state.advance();
    Tensor decayed = decayed(group, p, g);
    double rate = group.number("lr") / (1 + (step - 1) * group.number("lr_decay"));
    Tensor sum = Update.addcmul(state.tensor("sum", p), decayed, decayed, 1);
    state.put("sum", sum);
    return Update.addcdiv(p, decayed, sum.sqrt().add(group.number("eps")), -rate);
  }

  @Override
  void prepare(ParamGroup group, Tensor p, ParamState state) {
    state.putNumber(ParamState.STEP, 0);
    double first = group.number("initial_accumulator_value");
    state.put("sum", ParamState.zerosLike(p).add(first));
  }
}
