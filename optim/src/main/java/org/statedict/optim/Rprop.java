package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;

/// Each element moves by a size of its own against the gradient's sign: the size grows by `etas[1]`
/// while the sign stays and shrinks by `etas[0]` when it changes, in which case nothing moves.
///
/// State: `step`, `prev`, `step_size`. Riedmiller and Braun 1993. As `torch.optim.Rprop`.
public final class Rprop extends Optimizer {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 0.01)
          .with("etas", List.of(0.5, 1.2))
          .with("step_sizes", List.of(1e-6, 50))
          .with("foreach", null)
          .with("maximize", false)
          .with("differentiable", false)
          .with("capturable", false);

  public Rprop(List<Parameter> parameters, Hyper hyper) {
    this(hyper, ParamGroup.of(parameters));
  }

  public Rprop(Hyper hyper, ParamGroup... groups) {
    super(DEFAULTS, hyper, List.of(groups));
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    state.advance();
    double less = group.number("etas", 0);
    double more = group.number("etas", 1);
    Tensor turn = g.mul(state.tensor("prev", p)).sign();
    Tensor factor = turn.pointwise(t -> t > 0 ? more : t < 0 ? less : 1, (_, _) -> 0);
    Tensor before =
        state.has("step_size")
            ? state.get("step_size").asTensor()
            : ParamState.zerosLike(p).add(group.number("lr"));
    Tensor size =
        before.mul(factor).clamp(group.number("step_sizes", 0), group.number("step_sizes", 1));
    Tensor along = g.maskedFill(turn.lt(ParamState.zerosLike(p)), 0);
    state.put("prev", along);
    state.put("step_size", size);
    return Update.addcmul(p, along.sign(), size, -1);
  }
}
