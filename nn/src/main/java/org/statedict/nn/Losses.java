package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Tensor;

/// How far results are from what they should be; the means unless a [Reduction] is named. For
/// classes see [ClassLosses].
public final class Losses {
  private static final double LEAST_LOG = -100;
  private static final double LEAST_SLOPE = 1e-12;

  private Losses() {}

  private static void requireSameShape(Tensor x, Tensor target) {
    if (!x.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "a result of shape %s has a target of shape %s".formatted(x.shape(), target.shape()));
    }
  }

  /// `(x - target)^2`. As `torch.nn.MSELoss`.
  public static Tensor mse(Tensor x, Tensor target) {
    return mse(x, target, Reduction.MEAN);
  }

  public static Tensor mse(Tensor x, Tensor target, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(x.sub(target).square());
  }

  /// `|x - target|`. As `torch.nn.L1Loss`.
  public static Tensor l1(Tensor x, Tensor target) {
    return l1(x, target, Reduction.MEAN);
  }

  public static Tensor l1(Tensor x, Tensor target, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(x.sub(target).abs());
  }

  /// `(x - target)^2 / (2 beta)` where the difference is below `beta`, `|x - target| - beta / 2`
  /// elsewhere. As `torch.nn.SmoothL1Loss`, where `beta` is 1 unless said.
  public static Tensor smoothL1(Tensor x, Tensor target, double beta, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(
        x.sub(target)
            .pointwise(
                d -> Math.abs(d) < beta ? 0.5 * d * d / beta : Math.abs(d) - 0.5 * beta,
                (d, _) -> Math.abs(d) < beta ? d / beta : Math.signum(d)));
  }

  /// `(x - target)^2 / 2` where the difference is at most `delta`, `delta (|x - target| - delta /
  /// 2)` elsewhere. As `torch.nn.HuberLoss`, where `delta` is 1 unless said.
  public static Tensor huber(Tensor x, Tensor target, double delta, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(
        x.sub(target)
            .pointwise(
                d -> Math.abs(d) <= delta ? 0.5 * d * d : delta * (Math.abs(d) - 0.5 * delta),
                (d, _) -> Math.abs(d) <= delta ? d : delta * Math.signum(d)));
  }

  /// `-(target log(x) + (1 - target) log(1 - x))` of probabilities; a logarithm is at least -100.
  /// As `torch.nn.BCELoss`.
  public static Tensor binaryCrossEntropy(Tensor x, Tensor target, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(
        x.pointwise(
            target,
            (p, t) -> -(t * logarithm(p) + (1 - t) * logarithm(1 - p)),
            (p, t) -> (p - t) / Math.max((1 - p) * p, LEAST_SLOPE),
            (p, _) -> logarithm(1 - p) - logarithm(p)));
  }

  private static double logarithm(double p) {
    return Math.max(Math.log(p), LEAST_LOG);
  }

  /// The same of numbers that become probabilities by a sigmoid. As `torch.nn.BCEWithLogitsLoss`.
  ///
  /// @param positiveWeight how much more a target of 1 counts, broadcast
  public static Tensor binaryCrossEntropyOfLogits(
      Tensor x, Tensor target, Optional<Tensor> positiveWeight, Reduction reduction) {
    requireSameShape(x, target);
    Tensor minusLog =
        x.pointwise(
            v -> Math.max(-v, 0) + Math.log1p(Math.exp(-Math.abs(v))),
            (v, _) -> -1 / (1 + Math.exp(v)));
    Tensor weighted =
        positiveWeight.map(w -> minusLog.mul(w.sub(1).mul(target).add(1))).orElse(minusLog);
    return reduction.apply(target.neg().add(1).mul(x).add(weighted));
  }

  /// `target (log(target) - x)` of a logarithm of probabilities. As `torch.nn.KLDivLoss`; PyTorch's
  /// reduction `batchmean` is the sum divided by the first dimension.
  public static Tensor klDivergence(Tensor x, Tensor target, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(
        x.pointwise(
            target,
            (v, t) -> t == 0 ? 0 : t * (Math.log(t) - v),
            (_, t) -> -t,
            (v, t) -> Math.log(t) + 1 - v));
  }

  /// The same if `target` is a logarithm, too.
  public static Tensor klDivergenceOfLogs(Tensor x, Tensor target, Reduction reduction) {
    requireSameShape(x, target);
    return reduction.apply(
        x.pointwise(
            target,
            (v, t) -> Math.exp(t) * (t - v),
            (_, t) -> -Math.exp(t),
            (v, t) -> Math.exp(t) * (t - v + 1)));
  }
}
