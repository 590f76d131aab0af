package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// Adam with weight decay by itself: `p = p (1 - lr weight_decay)` before each step; see [Adam].
///
/// State: as that of Adam. Loshchilov and Hutter 2019. As `torch.optim.AdamW`.
public final class AdamW extends Optimizer {
  private static final Hyper DEFAULTS = AdamRule.defaults(0.01, true);

  public AdamW(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public AdamW(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    return AdamRule.updated(group, p, g, state);
  }
}
