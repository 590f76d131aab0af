package org.statedict.optim;

import java.util.function.DoubleFunction;
import org.statedict.optim.Lbfgs.Point;
import org.statedict.tensor.Tensor;

/// A search along a direction for a length that satisfies the strong conditions of Wolfe: the loss
/// falls enough, and its slope becomes flat enough. First an interval that holds such a length is
/// found, then it is narrowed by cubic interpolation.
///
/// Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6.
final class WolfeSearch {
  private static final double FALL = 1e-4;
  private static final double FLAT = 0.9;

  private final Trial origin;
  private final Tensor direction;
  private final double tolerance;
  private final DoubleFunction<Point> evaluation;
  private int evaluations;

  /// A length that was tried.
  private record Trial(double length, Point point, double slope) {
    double loss() {
      return point.loss();
    }
  }

  /// The result.
  record Found(double length, Point point, long evaluations) {}

  WolfeSearch(
      Point origin,
      Tensor direction,
      double slope,
      double tolerance,
      DoubleFunction<Point> evaluation) {
    this.origin = new Trial(0, origin, slope);
    this.direction = direction;
    this.tolerance = tolerance;
    this.evaluation = evaluation;
  }

  /// @param most how many lengths may be tried besides the first
  Found from(double length, long most) {
    Trial last = origin;
    Trial now = attempt(length);
    for (int i = 0; i < most; i++) {
      boolean rises = !falls(now) || (i > 1 && now.loss() >= last.loss());
      if (!rises && isFlat(now)) {
        return found(now);
      }
      if (rises || now.slope >= 0) {
        return narrow(last, now, most - i);
      }
      double next =
          interpolated(last, now, now.length + 0.01 * (now.length - last.length), now.length * 10);
      last = now;
      now = attempt(next);
    }
    return found(now.loss() < origin.loss() ? now : origin);
  }

  private Found found(Trial trial) {
    return new Found(trial.length, trial.point, evaluations);
  }

  private Trial attempt(double length) {
    evaluations++;
    Point point = evaluation.apply(length);
    return new Trial(length, point, Lbfgs.dot(point.gradient(), direction));
  }

  private boolean falls(Trial trial) {
    return trial.loss() <= origin.loss() + FALL * trial.length * origin.slope;
  }

  private boolean isFlat(Trial trial) {
    return Math.abs(trial.slope) <= -FLAT * origin.slope;
  }

  private Found narrow(Trial one, Trial other, long most) {
    boolean ordered = one.loss() <= other.loss();
    Trial low = ordered ? one : other;
    Trial high = ordered ? other : one;
    double size = Lbfgs.largest(direction);
    boolean slow = false;
    for (long i = 0; i < most && Math.abs(high.length - low.length) * size >= tolerance; i++) {
      double from = Math.min(low.length, high.length);
      double to = Math.max(low.length, high.length);
      double length = interpolated(low, high, from, to);
      double margin = 0.1 * (to - from);
      boolean close = Math.min(to - length, length - from) < margin;
      if (close && (slow || length >= to || length <= from)) {
        length = to - length < length - from ? to - margin : from + margin;
        close = false;
      }
      slow = close;
      Trial now = attempt(length);
      if (!falls(now) || now.loss() >= low.loss()) {
        high = now;
        if (high.loss() < low.loss()) {
          Trial exchanged = low;
          low = high;
          high = exchanged;
        }
      } else {
        if (isFlat(now)) {
          return found(now);
        }
        high = now.slope * (high.length - low.length) >= 0 ? low : high;
        low = now;
      }
    }
    return found(low);
  }

  /// The lowest point of the cubic through two trials with their slopes, inside of an interval.
  private static double interpolated(Trial a, Trial b, double from, double to) {
    double mean = a.slope + b.slope - 3 * (a.loss() - b.loss()) / (a.length - b.length);
    double square = mean * mean - a.slope * b.slope;
    if (!(square >= 0)) {
      return (from + to) / 2;
    }
    double root = Math.sqrt(square);
    boolean ordered = a.length <= b.length;
    Trial left = ordered ? a : b;
    Trial right = ordered ? b : a;
    double lowest =
        right.length
            - (right.length - left.length)
                * ((right.slope + root - mean) / (right.slope - left.slope + 2 * root));
    return Math.min(Math.max(lowest, from), to);
  }
}
