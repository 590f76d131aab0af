package org.statedict.optim;

import java.util.Collections;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;

/// The rate is the first one times a function of the epoch; functions are not saved. As
/// `torch.optim.lr_scheduler.LambdaLR`.
public final class LambdaLr extends LrScheduler {
  private static final String LAMBDAS = "lr_lambdas";

  private final List<LongToDoubleFunction> factors;

  /// One function for all groups.
  public LambdaLr(Optimizer optimizer, LongToDoubleFunction factor) {
    this(optimizer, Collections.nCopies(optimizer.paramGroups().size(), factor));
  }

  /// @param factors one function for each group
  /// @throws IllegalArgumentException if there are more or fewer than groups
  public LambdaLr(Optimizer optimizer, List<LongToDoubleFunction> factors) {
    super(optimizer, Hyper.DEFAULT);
    if (factors.size() != optimizer.paramGroups().size()) {
      throw new IllegalArgumentException(
          "%d functions for %d param groups"
              .formatted(factors.size(), optimizer.paramGroups().size()));
    }
    this.factors = List.copyOf(factors);
    begin();
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    return base * factors.get(groups().indexOf(group)).applyAsDouble(lastEpoch());
  }

  @Override
  double firstRate(double base) {
    return base * factors.getFirst().applyAsDouble(0);
  }

  @Override
  public Dict stateDict() {
    Dict.Builder dict = Dict.builder();
    super.stateDict().entries().forEach(dict::put);
    Seq none = Seq.of(Seq.Kind.LIST, Collections.nCopies(factors.size(), Scalar.Nil.NONE));
    return dict.put(LAMBDAS, none).build();
  }

  @Override
  public void loadStateDict(Dict saved) {
    Dict.Builder known = Dict.builder();
    saved
        .entries()
        .forEach((key, value) -> {
          if (!key.asText().equals(LAMBDAS)) {
            known.put(key, value);
          }
        });
    super.loadStateDict(known.build());
  }
}
