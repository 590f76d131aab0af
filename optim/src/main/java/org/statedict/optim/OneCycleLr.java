package org.statedict.optim;

import java.util.List;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// The rate rises to a largest one and falls far below where it began, each along half a cosine;
/// the momentum, or the first of the betas, does the reverse from 0.95 to 0.85. Smith and Topin
/// 2019. As `torch.optim.lr_scheduler.OneCycleLR` with its defaults.
public final class OneCycleLr extends LrScheduler {
  private static final double RISING = 0.3;
  private static final double FIRST = 25;
  private static final double LAST = 1e4;
  private static final double MOST_MOMENTUM = 0.95;
  private static final double LEAST_MOMENTUM = 0.85;

  /// @param maxLr the largest rate
  /// @param totalSteps how many steps there will be
  public OneCycleLr(Optimizer optimizer, double maxLr, int totalSteps) {
    super(optimizer, own(optimizer, totalSteps));
    for (ParamGroup group : groups()) {
      double first = maxLr / FIRST;
      group.set(INITIAL, first);
      group.set("max_lr", maxLr);
      group.set("min_lr", first / LAST);
      setMomentum(group, MOST_MOMENTUM);
      group.set("max_momentum", MOST_MOMENTUM);
      group.set("base_momentum", LEAST_MOMENTUM);
    }
    begin();
  }

  private static Hyper own(Optimizer optimizer, int totalSteps) {
    ParamGroup group = optimizer.paramGroups().getFirst();
    if (!group.has("betas") && !group.has("momentum")) {
      throw new IllegalArgumentException("the optimizer has neither momentum nor betas to cycle");
    }
    Seq phases =
        Seq.of(
            phase(RISING * totalSteps - 1, INITIAL, "max_lr", "max_momentum", "base_momentum"),
            phase(totalSteps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum"));
    return Hyper.DEFAULT
        .with("total_steps", totalSteps)
        .with("_schedule_phases", phases)
        .with("_anneal_func_type", "cos")
        .with("cycle_momentum", true)
        .with("use_beta1", group.has("betas"));
  }

  private static Dict phase(
      Number end, String lr, String toLr, String momentum, String toMomentum) {
    return Dict.of(
        "end_step",
        end,
        "start_lr",
        lr,
        "end_lr",
        toLr,
        "start_momentum",
        momentum,
        "end_momentum",
        toMomentum);
  }

  private void setMomentum(ParamGroup group, double momentum) {
    if (value("use_beta1").asBool()) {
      group.set("betas", Seq.tuple(momentum, group.number("betas", 1)));
    } else {
      group.set("momentum", momentum);
    }
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    if (lastEpoch() > value("total_steps").asLong()) {
      throw new IllegalStateException(
          "Tried to step %d times. The specified number of total steps is %s"
              .formatted(lastEpoch(), value("total_steps")));
    }
    List<Value> phases = value("_schedule_phases").asList();
    double from = 0;
    for (int i = 0; i < phases.size(); i++) {
      Value phase = phases.get(i);
      double to = phase.at("end_step").asDouble();
      if (lastEpoch() <= to || i == phases.size() - 1) {
        double share = (lastEpoch() - from) / (to - from);
        if (value("cycle_momentum").asBool()) {
          setMomentum(group, between(group, phase, "momentum", share));
        }
        return between(group, phase, LR, share);
      }
      from = to;
    }
    throw new IllegalStateException("a schedule without phases");
  }

  private double between(ParamGroup group, Value phase, String what, double share) {
    double start = group.number(phase.at("start_" + what).asText());
    double end = group.number(phase.at("end_" + what).asText());
    boolean cosine = value("_anneal_func_type").asText().equals("cos");
    return cosine
        ? end + (start - end) / 2 * (Math.cos(Math.PI * share) + 1)
        : (end - start) * share + start;
  }
}
