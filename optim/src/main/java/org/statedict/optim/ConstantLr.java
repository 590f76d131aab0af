package org.statedict.optim;

/// The rate is a share of itself for some epochs. As `torch.optim.lr_scheduler.ConstantLR`.
public final class ConstantLr extends LrScheduler {
  public ConstantLr(Optimizer optimizer, double factor, int totalIters) {
    super(optimizer, Hyper.DEFAULT.with("factor", factor).with("total_iters", totalIters));
    begin();
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    if (lastEpoch() == 0) {
      return now * number("factor");
    }
    return lastEpoch() == value("total_iters").asLong() ? now * (1 / number("factor")) : now;
  }

  @Override
  double firstRate(double base) {
    return base * number("factor");
  }
}
