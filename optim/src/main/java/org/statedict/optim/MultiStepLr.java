package org.statedict.optim;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// At some epochs the rate is multiplied by a factor. As `torch.optim.lr_scheduler.MultiStepLR`.
public final class MultiStepLr extends LrScheduler {
  private static final String MILESTONES = "milestones";

  /// @param milestones the epochs; one that stands there twice counts twice
  public MultiStepLr(Optimizer optimizer, double gamma, int... milestones) {
    super(optimizer, Hyper.DEFAULT.with(MILESTONES, counter(milestones)).with("gamma", gamma));
    begin();
  }

  /// How often each epoch stands there, as Python's `Counter`.
  private static Opaque counter(int... milestones) {
    Dict.Builder counts = Dict.builder();
    for (int milestone : milestones) {
      long count = Arrays.stream(milestones).filter(m -> m == milestone).count();
      counts.put(new Scalar.Int(milestone), new Scalar.Int(count));
    }
    return new Opaque("collections.Counter", Seq.tuple(counts.build()), null, List.of(), List.of());
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    long count =
        counts().entries().entrySet().stream()
            .filter(e -> e.getKey().asLong() == lastEpoch())
            .map(Map.Entry::getValue)
            .mapToLong(Value::asLong)
            .sum();
    return count == 0 ? now : now * Math.pow(number("gamma"), (double) count);
  }

  private Dict counts() {
    return switch (value(MILESTONES)) {
      case Dict counts -> counts;
      case Opaque counter when counter.args().isPresent() ->
          counter.args().get().asList().getFirst().asDict();
      case Value other ->
          throw new IllegalStateException("milestones are no counts of epochs: " + other);
    };
  }
}
