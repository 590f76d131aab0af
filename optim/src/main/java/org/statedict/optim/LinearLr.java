package org.statedict.optim;

/// The rate goes from one share of itself to another along a line. As
/// `torch.optim.lr_scheduler.LinearLR`, whose shares are 1/3 and 1 and whose length is 5 unless
/// said.
public final class LinearLr extends LrScheduler {
  public LinearLr(Optimizer optimizer, double startFactor, double endFactor, int totalIters) {
    super(
        optimizer,
        Hyper.DEFAULT
            .with("start_factor", startFactor)
            .with("end_factor", endFactor)
            .with("total_iters", totalIters));
    begin();
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    double start = number("start_factor");
    double length = number("total_iters");
    if (lastEpoch() == 0) {
      return now * start;
    }
    if (lastEpoch() > length) {
      return now;
    }
    double rise = number("end_factor") - start;
    return now * (1 + rise / (length * start + (lastEpoch() - 1) * rise));
  }

  @Override
  double firstRate(double base) {
    return base * number("start_factor");
  }
}
