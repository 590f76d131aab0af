package org.statedict.nn;

import java.util.Arrays;
import java.util.Optional;
import org.statedict.tensor.NoGrad;
import org.statedict.tensor.Tensor;

/// `y = (x - mean) / sqrt(variance + epsilon) weight + bias` for each feature, with the mean and
/// the biased variance of the batch in training and the running ones in use.
///
/// `weight`: `(features)`, ones; `bias`: `(features)`, zeros. Buffers: `running_mean`, zeros;
/// `running_var`, ones, of unbiased variances; `num_batches_tracked`. Ioffe and Szegedy 2015.
abstract class BatchNorm extends NnModule implements Layer {
  private static final String BATCHES = "num_batches_tracked";

  private final int rank;
  final int features;
  final BatchNormOptions options;
  private final Optional<Affine> affine;
  private final Optional<Statistics> running;

  /// What is known of all batches so far.
  private record Statistics(Buffer mean, Buffer variance, Buffer batches) {}

  BatchNorm(int rank, int features, BatchNormOptions options) {
    this.rank = rank;
    this.features = features;
    this.options = options;
    this.affine = Affine.in(this, features, options.affine());
    this.running =
        options.tracked()
            ? Optional.of(
                new Statistics(
                    buffer("running_mean", Tensor.zeros(features)),
                    buffer("running_var", Tensor.ones(features)),
                    buffer(BATCHES, Tensor.of(new long[] {0}).reshape())))
            : Optional.empty();
  }

  /// The result for `x`: `(n, features, *)`, of the same shape.
  ///
  /// @throws IllegalArgumentException if a feature has one element only in training: it has no
  ///   variance
  @Override
  public final Tensor forward(Tensor x) {
    boolean flat = rank == 1 && x.shape().rank() == 2;
    if ((!flat && x.shape().rank() != rank + 2) || x.shape().dim(1) != features) {
      throw misfit("[n, %d, %d spatial dimensions]".formatted(features, rank), x);
    }
    Tensor standardized =
        isTraining() || running.isEmpty() ? byBatch(x) : byStatistics(x, running.get());
    return affine.map(a -> a.apply(standardized)).orElse(standardized);
  }

  private Tensor byBatch(Tensor x) {
    long[] channelFirst = x.shape().toArray();
    channelFirst[0] = features;
    channelFirst[1] = x.shape().dim(0);
    Tensor rows = x.transpose(0, 1).reshape(features, -1);
    if (isTraining() && rows.shape().dim(1) == 1) {
      throw misfit("more than one value for each feature in training", x);
    }
    if (isTraining()) {
      running.ifPresent(statistics -> track(rows.detach(), statistics));
    }
    return rows.standardizeRows(options.epsilon()).reshape(channelFirst).transpose(0, 1);
  }

  private void track(Tensor rows, Statistics statistics) {
    double count = statistics.batches.value().item() + 1;
    statistics.batches.set(Tensor.of(new long[] {(long) count}).reshape());
    double share = options.momentum().orElse(1 / count);
    double size = rows.shape().dim(1);
    try (NoGrad _ = NoGrad.begin()) {
      blend(statistics.mean, rows.mean(1), share);
      blend(statistics.variance, rows.variance(1).mul(size / (size - 1)), share);
    }
  }

  private static void blend(Buffer buffer, Tensor batch, double share) {
    buffer.set(buffer.value().mul(1 - share).add(batch.mul(share)));
  }

  private Tensor byStatistics(Tensor x, Statistics statistics) {
    long[] each = new long[x.shape().rank() - 1];
    Arrays.fill(each, 1);
    each[0] = features;
    Tensor deviation = statistics.variance.value().add(options.epsilon()).sqrt();
    return x.sub(statistics.mean.value().reshape(each)).div(deviation.reshape(each));
  }

  @Override
  protected final int stateVersion() {
    return 2;
  }

  @Override
  protected final boolean mayLack(String name, long version) {
    return name.equals(BATCHES) && version < 2;
  }

  @Override
  protected final String description() {
    return options.description(features);
  }
}
