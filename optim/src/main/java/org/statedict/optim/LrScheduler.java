package org.statedict.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// Changes the learning rates of an optimizer, one step at a time, as PyTorch's scheduler of the
/// same name does.
///
/// Call [#step()] after the optimizer's. Most compute a rate from the one before, in doubles, so
/// that the numbers are PyTorch's. Not thread-safe.
public abstract class LrScheduler {
  static final String LR = "lr";
  static final String INITIAL = "initial_lr";

  private static final String BASES = "base_lrs";
  private static final String EPOCH = "last_epoch";
  private static final String STEPS = "_step_count";
  private static final String LAST = "_last_lr";

  private final Optimizer optimizer;
  private final SequencedMap<String, Value> state = new LinkedHashMap<>();
  private boolean beginning;

  /// @param own the parameters of this scheduler by PyTorch's names, which its state_dict begins
  ///   with
  LrScheduler(Optimizer optimizer, Hyper own) {
    this.optimizer = optimizer;
    state.putAll(own.values());
  }

  /// Takes the first step; constructors end with this.
  final void begin() {
    List<Value> bases = new ArrayList<>();
    for (ParamGroup group : groups()) {
      if (!group.has(INITIAL)) {
        group.set(INITIAL, group.get(LR));
      }
      bases.add(group.get(INITIAL));
    }
    state.put(BASES, Seq.of(Seq.Kind.LIST, bases));
    state.put(EPOCH, new Scalar.Int(-1));
    state.put(STEPS, new Scalar.Int(0));
    state.put("_is_initial", new Scalar.Bool(false));
    state.put("_get_lr_called_within_step", new Scalar.Bool(false));
    firstStep();
  }

  /// The step to epoch 0.
  final void firstStep() {
    state.put(STEPS, new Scalar.Int(0));
    beginning = true;
    step();
    beginning = false;
  }

  /// The learning rate of a group for the epoch that [#lastEpoch()] says.
  ///
  /// @param now its rate before
  /// @param base its rate at first
  abstract double rate(ParamGroup group, double now, double base);

  /// Goes to the next epoch and sets the learning rates.
  public void step() {
    state.put(STEPS, new Scalar.Int(stepCount() + 1));
    moveTo(lastEpoch() + 1);
  }

  private void moveTo(long epoch) {
    state.put(EPOCH, new Scalar.Int(epoch));
    for (int i = 0; i < groups().size(); i++) {
      ParamGroup group = groups().get(i);
      double base = value(BASES).at(i).asDouble();
      group.set(LR, rate(group, group.number(LR), base));
    }
    noteRates();
  }

  /// Begins anew at epoch 0 with the first rate, whatever the rates are.
  final void restart() {
    state.put(EPOCH, new Scalar.Int(0));
    for (int i = 0; i < groups().size(); i++) {
      groups().get(i).set(LR, firstRate(value(BASES).at(i).asDouble()));
    }
    noteRates();
  }

  /// The rate at epoch 0.
  double firstRate(double base) {
    return base;
  }

  final void noteRates() {
    List<Value> rates = new ArrayList<>();
    groups().forEach(group -> rates.add(group.get(LR)));
    state.put(LAST, Seq.of(Seq.Kind.LIST, rates));
  }

  /// Goes one epoch back without a change of rates.
  final void undo() {
    state.put(EPOCH, new Scalar.Int(lastEpoch() - 1));
  }

  final List<ParamGroup> groups() {
    return optimizer.paramGroups();
  }

  /// Whether this is the step that a constructor takes.
  final boolean isBeginning() {
    return beginning;
  }

  /// The epoch whose rates are set, from 0 on.
  public final long lastEpoch() {
    return value(EPOCH).asLong();
  }

  /// How many steps were taken, the first of the constructor included.
  final long stepCount() {
    return value(STEPS).asLong();
  }

  /// The rates that are set, one for each group.
  public final List<Double> lastRates() {
    return value(LAST).asList().stream().map(Value::asDouble).toList();
  }

  final Value value(String name) {
    Value value = state.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "the scheduler has no '%s', only %s".formatted(name, state.keySet()));
    }
    return value;
  }

  final double number(String name) {
    return value(name).asDouble();
  }

  /// The state in PyTorch's form.
  public Dict stateDict() {
    Dict.Builder dict = Dict.builder();
    state.forEach(dict::put);
    return dict.build();
  }

  /// Takes over a state_dict. The rates themselves are in that of the optimizer.
  public void loadStateDict(Dict saved) {
    saved.entries().forEach((key, value) -> state.put(key.asText(), value));
  }
}
