package org.statedict.optim;

/// Every epoch the rate is multiplied by a factor. As `torch.optim.lr_scheduler.ExponentialLR`.
public final class ExponentialLr extends LrScheduler {
  public ExponentialLr(Optimizer optimizer, double gamma) {
    super(optimizer, Hyper.DEFAULT.with("gamma", gamma));
    begin();
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    return isBeginning() ? now : now * number("gamma");
  }
}
