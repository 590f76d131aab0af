package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// `p = p - lr v` with `v = momentum v + (1 - dampening) (g + weight_decay p)`, or the gradient
/// itself without momentum; Nesterov's way looks ahead by `momentum v`.
///
/// State: `momentum_buffer`. Sutskever et al. 2013. As `torch.optim.SGD`.
public final class Sgd extends Optimizer {
  private static final String VELOCITY = "momentum_buffer";
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.001)
          .with("momentum", 0)
          .with("dampening", 0)
          .with("weight_decay", 0)
          .with("nesterov", false)
          .with("maximize", false)
          .with("foreach", null)
          .with("differentiable", false)
          .with("fused", null);

  public Sgd(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Sgd(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    Tensor decayed = decayed(group, p, g);
    double momentum = group.number("momentum");
    if (momentum == 0) {
      return Update.add(p, decayed, -group.number("lr"));
    }
    Tensor velocity =
        state.has(VELOCITY) && state.get(VELOCITY) instanceof Tensor before
            ? Update.add(before.mul(momentum), decayed, 1 - group.number("dampening"))
            : decayed.copy();
    state.put(VELOCITY, velocity);
    Tensor along = group.flag("nesterov") ? Update.add(decayed, velocity, momentum) : velocity;
    return Update.add(p, along, -group.number("lr"));
  }
}
