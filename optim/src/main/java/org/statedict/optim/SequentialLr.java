package org.statedict.optim;

import java.util.ArrayList;
import java.util.List;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// Schedulers one behind the other, each from a milestone on. As
/// `torch.optim.lr_scheduler.SequentialLR`.
public final class SequentialLr {
  private static final String SCHEDULERS = "_schedulers";

  private final List<LrScheduler> schedulers;
  private List<Long> milestones;
  private long lastEpoch;
  private Value lastRates;

  /// @param schedulers of one optimizer
  /// @param milestones the epoch at which each but the first begins
  /// @throws IllegalArgumentException if there is not one milestone less than schedulers
  public SequentialLr(List<? extends LrScheduler> schedulers, List<Long> milestones) {
    if (schedulers.isEmpty() || milestones.size() != schedulers.size() - 1) {
      throw new IllegalArgumentException(
          "%d schedulers need %d milestones, not %d"
              .formatted(schedulers.size(), schedulers.size() - 1, milestones.size()));
    }
    this.schedulers = List.copyOf(schedulers);
    this.milestones = List.copyOf(milestones);
    LrScheduler first = this.schedulers.getFirst();
    first.groups().forEach(group -> group.set(LrScheduler.LR, group.get(LrScheduler.INITIAL)));
    this.schedulers.forEach(LrScheduler::undo);
    first.firstStep();
    this.lastRates = first.value("_last_lr");
  }

  /// Goes to the next epoch and sets the learning rates.
  public void step() {
    lastEpoch++;
    int active = (int) milestones.stream().filter(m -> m <= lastEpoch).count();
    LrScheduler scheduler = schedulers.get(active);
    if (active > 0 && milestones.get(active - 1) == lastEpoch) {
      scheduler.restart();
    } else {
      scheduler.step();
    }
    lastRates = scheduler.value("_last_lr");
  }

  /// The state in PyTorch's form.
  public Dict stateDict() {
    List<Value> states = new ArrayList<>();
    schedulers.forEach(scheduler -> states.add(scheduler.stateDict()));
    return Dict.of(
        "_milestones",
        milestones,
        "last_epoch",
        lastEpoch,
        "_last_lr",
        lastRates,
        SCHEDULERS,
        Seq.of(Seq.Kind.LIST, states));
  }

  /// Takes over a state_dict.
  ///
  /// @throws IllegalArgumentException if it is of another number of schedulers
  public void loadStateDict(Dict saved) {
    List<Value> states = saved.at(SCHEDULERS).asList();
    if (states.size() != schedulers.size()) {
      throw new IllegalArgumentException(
          "%d schedulers there, %d here".formatted(states.size(), schedulers.size()));
    }
    milestones = saved.at("_milestones").asList().stream().map(Value::asLong).toList();
    lastEpoch = saved.at("last_epoch").asLong();
    lastRates = saved.at("_last_lr");
    for (int i = 0; i < states.size(); i++) {
      schedulers.get(i).loadStateDict(states.get(i).asDict());
    }
  }
}
