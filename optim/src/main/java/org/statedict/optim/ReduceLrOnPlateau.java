package org.statedict.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// The rate is multiplied by a factor when a measure has not become better for some epochs. As
/// `torch.optim.lr_scheduler.ReduceLROnPlateau`, by whose names its parameters go: `mode` (`min` or
/// `max`), `factor`, `patience`, `threshold`, `threshold_mode` (`rel` or `abs`), `cooldown`,
/// `min_lr`, `eps`.
public final class ReduceLrOnPlateau {
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("mode", "min")
          .with("factor", 0.1)
          .with("patience", 10)
          .with("threshold", 1e-4)
          .with("threshold_mode", "rel")
          .with("cooldown", 0)
          .with("min_lr", 0)
          .with("eps", 1e-8);

  private final Optimizer optimizer;
  private final SequencedMap<String, Value> state = new LinkedHashMap<>();

  /// @throws IllegalArgumentException if a parameter is unknown, or the factor not below 1
  public ReduceLrOnPlateau(Optimizer optimizer, Hyper own) {
    Hyper all = own.over("ReduceLrOnPlateau", DEFAULTS);
    this.optimizer = optimizer;
    state.put("factor", all.get("factor"));
    state.put("default_min_lr", all.get("min_lr"));
    int groups = optimizer.paramGroups().size();
    state.put("min_lrs", Seq.of(Seq.Kind.LIST, Collections.nCopies(groups, all.get("min_lr"))));
    state.put("patience", all.get("patience"));
    state.put("cooldown", all.get("cooldown"));
    state.put("eps", all.get("eps"));
    state.put("last_epoch", new Scalar.Int(0));
    noteRates();
    double worst =
        all.get("mode").asText().equals("min")
            ? Double.POSITIVE_INFINITY
            : Double.NEGATIVE_INFINITY;
    state.put("mode_worse", Value.of(worst));
    state.put("mode", all.get("mode"));
    state.put("threshold", all.get("threshold"));
    state.put("threshold_mode", all.get("threshold_mode"));
    state.put("best", Value.of(worst));
    state.put("cooldown_counter", new Scalar.Int(0));
    state.put("num_bad_epochs", new Scalar.Int(0));
    if (number("factor") >= 1) {
      throw new IllegalArgumentException("Factor should be < 1.0.");
    }
  }

  /// Goes to the next epoch, in which the measure was this.
  public void step(double measure) {
    state.put("last_epoch", new Scalar.Int(count("last_epoch") + 1));
    boolean better = isBetter(measure, number("best"));
    if (better) {
      state.put("best", Value.of(measure));
    }
    setCount("num_bad_epochs", better ? 0 : count("num_bad_epochs") + 1);
    if (count("cooldown_counter") > 0) {
      setCount("cooldown_counter", count("cooldown_counter") - 1);
      setCount("num_bad_epochs", 0);
    }
    if (count("num_bad_epochs") > count("patience")) {
      reduce();
      setCount("cooldown_counter", count("cooldown"));
      setCount("num_bad_epochs", 0);
    }
    noteRates();
  }

  private boolean isBetter(double measure, double best) {
    boolean least = value("mode").asText().equals("min");
    double threshold = number("threshold");
    boolean relative = value("threshold_mode").asText().equals("rel");
    if (least) {
      return measure < (relative ? best * (1 - threshold) : best - threshold);
    }
    return measure > (relative ? best * (threshold + 1) : best + threshold);
  }

  private void reduce() {
    List<Value> least = value("min_lrs").asList();
    for (int i = 0; i < optimizer.paramGroups().size(); i++) {
      ParamGroup group = optimizer.paramGroups().get(i);
      double before = group.number(LrScheduler.LR);
      double after = Math.max(before * number("factor"), least.get(i).asDouble());
      if (before - after > number("eps")) {
        group.set(LrScheduler.LR, after);
      }
    }
  }

  private void noteRates() {
    List<Value> rates = new ArrayList<>();
    optimizer.paramGroups().forEach(group -> rates.add(group.get(LrScheduler.LR)));
    state.put("_last_lr", Seq.of(Seq.Kind.LIST, rates));
  }

  private Value value(String name) {
    Value value = state.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "the scheduler has no '%s', only %s".formatted(name, state.keySet()));
    }
    return value;
  }

  private double number(String name) {
    return value(name).asDouble();
  }

  private long count(String name) {
    return value(name).asLong();
  }

  private void setCount(String name, long count) {
    state.put(name, new Scalar.Int(count));
  }

  /// The state in PyTorch's form.
  public Dict stateDict() {
    Dict.Builder dict = Dict.builder();
    state.forEach(dict::put);
    return dict.build();
  }

  /// Takes over a state_dict.
  public void loadStateDict(Dict saved) {
    saved.entries().forEach((key, value) -> state.put(key.asText(), value));
  }
}
