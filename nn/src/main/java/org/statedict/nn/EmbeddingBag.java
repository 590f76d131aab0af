package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// One vector for each bag of things: the mean, the sum or the largest elements of their vectors.
///
/// `weight`: `(count, size)`, normal of mean 0 and variance 1. As `torch.nn.EmbeddingBag`.
public final class EmbeddingBag extends NnModule {
  /// What is made of a bag.
  public enum Mode {
    MEAN,
    SUM,
    MAX
  }

  final Parameter weight;
  final Mode mode;

  public EmbeddingBag(int count, int size, Mode mode) {
    this.mode = mode;
    this.weight = parameter("weight", Generator.DEFAULT.randn(count, size));
  }

  /// The results for bags of one size: positions `(bags, n)` give `(bags, size)`.
  public Tensor forward(Tensor positions) {
    if (positions.shape().rank() != 2) {
      throw misfit("[bags, n] positions", positions);
    }
    Tensor offsets = Tensor.arange(positions.shape().dim(0));
    long[] starts = offsets.toLongArray();
    for (int i = 0; i < starts.length; i++) {
      starts[i] *= positions.shape().dim(1);
    }
    return forward(positions.reshape(-1), Tensor.of(starts));
  }

  /// The results for bags that begin at some offsets in a row of positions.
  public Tensor forward(Tensor positions, Tensor offsets) {
    long[] starts = offsets.toLongArray();
    List<Tensor> bags = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      long end = i + 1 < starts.length ? starts[i + 1] : positions.elementCount();
      bags.add(bag(positions.slice(0, starts[i], end)));
    }
    return Tensor.stack(0, bags);
  }

  private Tensor bag(Tensor positions) {
    if (positions.elementCount() == 0) {
      return weight.value().select(0, 0).mul(0);
    }
    Tensor vectors = weight.value().rows(positions);
    return switch (mode) {
      case MEAN -> vectors.mean(0);
      case SUM -> vectors.sum(0);
      case MAX -> vectors.max(0);
    };
  }

  @Override
  protected String description() {
    return "%d, %d, mode='%s'"
        .formatted(
            weight.shape().dim(0), weight.shape().dim(1), mode.name().toLowerCase(Locale.ROOT));
  }
}
