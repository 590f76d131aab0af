package org.statedict.optim;

/// Every so many epochs the rate is multiplied by a factor. As `torch.optim.lr_scheduler.StepLR`.
public final class StepLr extends LrScheduler {
  public StepLr(Optimizer optimizer, int stepSize, double gamma) {
    super(optimizer, Hyper.DEFAULT.with("step_size", stepSize).with("gamma", gamma));
    begin();
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    boolean due = lastEpoch() > 0 && lastEpoch() % value("step_size").asLong() == 0;
    return due ? now * number("gamma") : now;
  }
}
