package org.statedict.optim;

/// The rate falls along half a cosine to `etaMin` within `tMax` epochs, and rises again. Loshchilov
/// and Hutter 2017. As `torch.optim.lr_scheduler.CosineAnnealingLR`.
public final class CosineAnnealingLr extends LrScheduler {
  public CosineAnnealingLr(Optimizer optimizer, int tMax, double etaMin) {
    super(optimizer, Hyper.DEFAULT.with("T_max", tMax).with("eta_min", etaMin));
    begin();
  }

  @Override
  double rate(ParamGroup group, double now, double base) {
    double most = number("T_max");
    double least = number("eta_min");
    if (isBeginning()) {
      return now;
    }
    if (stepCount() == 1 && lastEpoch() > 0) {
      return least + (base - least) * (1 + Math.cos(lastEpoch() * Math.PI / most)) / 2;
    }
    if ((lastEpoch() - 1 - most) % (2 * most) == 0) {
      return now + (base - least) * (1 - Math.cos(Math.PI / most)) / 2;
    }
    double after = 1 + Math.cos(Math.PI * lastEpoch() / most);
    double before = 1 + Math.cos(Math.PI * (lastEpoch() - 1) / most);
    return after / before * (now - least) + least;
  }
}
