package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// `p = p - lr m' / (sqrt(v') + eps)` with running means `m` of the gradient and `v` of its square,
/// corrected for their begin at 0; weight decay is part of the gradient.
///
/// State: `step`, `exp_avg`, `exp_avg_sq` and, with `amsgrad`, `max_exp_avg_sq`. Kingma and Ba
/// 2015, Reddi et al. 2018. As `torch.optim.Adam`.
public final class Adam extends Optimizer {
  private static final Hyper DEFAULTS = AdamRule.defaults(0, false);

  public Adam(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Adam(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    return AdamRule.updated(group, p, g, state);
  }
}
