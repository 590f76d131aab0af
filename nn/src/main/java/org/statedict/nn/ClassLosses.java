package org.statedict.nn;

import java.util.Arrays;
import java.util.Optional;
import org.statedict.tensor.DType;
import org.statedict.tensor.Tensor;

/// Losses of classes: `x` is `(n, classes, *)` or `(classes)`, a target `(n, *)` of int64 numbers
/// of classes.
///
/// ```java
/// Tensor loss = ClassLosses.MEAN.withSmoothing(0.1).crossEntropy(net.forward(x), labels);
/// ```
///
/// @param weight how much each class counts, `(classes)`
/// @param smoothing the share of a target that all classes have together, from 0 to 1
/// @param ignored the number that a target has where nothing counts
/// @param reduction a mean is that of the weights of the targets
public record ClassLosses(
    Optional<Tensor> weight, double smoothing, long ignored, Reduction reduction) {
  /// The mean of all, with PyTorch's defaults.
  public static final ClassLosses MEAN = new ClassLosses(Optional.empty(), 0, -100, Reduction.MEAN);

  public ClassLosses withWeight(Tensor ofClasses) {
    return new ClassLosses(Optional.of(ofClasses), smoothing, ignored, reduction);
  }

  public ClassLosses withSmoothing(double share) {
    return new ClassLosses(weight, share, ignored, reduction);
  }

  public ClassLosses withIgnored(long number) {
    return new ClassLosses(weight, smoothing, number, reduction);
  }

  public ClassLosses withReduction(Reduction other) {
    return new ClassLosses(weight, smoothing, ignored, other);
  }

  /// `-log(softmax(x)[target])`. As `torch.nn.CrossEntropyLoss`.
  ///
  /// @param target numbers of classes, or probabilities of the shape of `x`
  public Tensor crossEntropy(Tensor x, Tensor target) {
    if (x.shape().rank() == 1) {
      return crossEntropy(x.unsqueeze(0), target.unsqueeze(0));
    }
    Tensor logs = x.logSoftmax(1);
    return target.dtype().isFloatingPoint()
        ? ofProbabilities(logs, target)
        : ofNumbers(logs, target);
  }

  /// `-x[target]` of logarithms of probabilities. As `torch.nn.NLLLoss`.
  public Tensor negativeLogLikelihood(Tensor x, Tensor target) {
    return x.shape().rank() == 1
        ? negativeLogLikelihood(x.unsqueeze(0), target.unsqueeze(0))
        : withSmoothing(0).ofNumbers(x, target);
  }

  private Tensor ofProbabilities(Tensor logs, Tensor target) {
    double classes = logs.shape().dim(1);
    Tensor smoothed = smoothing == 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
    Tensor losses = weighted(logs.mul(smoothed)).sum(1).neg();
    return reduction == Reduction.MEAN ? losses.mean() : reduction.apply(losses);
  }

  private Tensor ofNumbers(Tensor logs, Tensor target) {
    if (target.shape().rank() != logs.shape().rank() - 1) {
      throw new IllegalArgumentException(
          "a result of shape %s has a target of shape %s".formatted(logs.shape(), target.shape()));
    }
    Tensor isIgnored = target.eq(Tensor.of(new long[] {ignored}));
    Tensor numbers = replaced(target);
    Tensor counts = counts(logs, numbers).maskedFill(isIgnored, 0);
    Tensor chosen = logs.gather(1, numbers.unsqueeze(1)).squeeze(1);
    Tensor losses = chosen.neg().mul(counts);
    if (smoothing > 0) {
      double classes = logs.shape().dim(1);
      Tensor all = weighted(logs).sum(1).neg().maskedFill(isIgnored, 0);
      losses = losses.mul(1 - smoothing).add(all.mul(smoothing / classes));
    }
    return reduction == Reduction.MEAN ? losses.sum().div(counts.sum()) : reduction.apply(losses);
  }

  /// The target with class 0 where nothing counts.
  private Tensor replaced(Tensor target) {
    long[] numbers = target.toLongArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = numbers[i] == ignored ? 0 : numbers[i];
    }
    return Tensor.of(numbers, target.shape().toArray());
  }

  /// How much each target counts.
  private Tensor counts(Tensor logs, Tensor numbers) {
    DType dtype = logs.dtype();
    return weight
        .map(w -> w.unsqueeze(1).rows(numbers).squeeze(-1))
        .orElseGet(() -> Tensor.ones(numbers.shape().toArray()).to(dtype));
  }

  private Tensor weighted(Tensor ofClasses) {
    if (weight.isEmpty()) {
      return ofClasses;
    }
    long[] each = new long[ofClasses.shape().rank() - 1];
    Arrays.fill(each, 1);
    each[0] = ofClasses.shape().dim(1);
    return ofClasses.mul(weight.get().reshape(each));
  }
}
