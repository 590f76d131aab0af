package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// Adam with weight decay by itself: `p = p (1 - lr weight_decay)` before each step; see [Adam].
///
/// State: as that of Adam. Loshchilov and Hutter 2019. As `torch.optim.AdamW`.
public final class AdamW extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.001)
          .with("betas", List.of(0.9, 0.999))
          .with("eps", 1e-8)
          .with("weight_decay", 0.01)
          .with("amsgrad", false)
          .with("maximize", false)
          .with("foreach", null)
          .with("capturable", false)
          .with("differentiable", false)
          .with("fused", null)
          .with("decoupled_weight_decay", true);

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
