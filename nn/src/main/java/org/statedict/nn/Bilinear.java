package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// `y_k = x1^T W_k x2 + b_k`.
///
/// `weight`: `(outFeatures, in1, in2)`, `bias`: `(outFeatures)`, both uniform to `1 / sqrt(in1)`.
/// As `torch.nn.Bilinear`.
public final class Bilinear extends NnModule {
  final Parameter weight;
  private final Optional<Parameter> bias;

  public Bilinear(int in1, int in2, int outFeatures, Bias bias) {
    this.weight = parameter("weight", Init.byFanIn(in1, outFeatures, in1, in2));
    this.bias = optional(bias == Bias.LEARNED, "bias", () -> Init.byFanIn(in1, outFeatures));
  }

  /// The result for `x1`: `(*, in1)` and `x2`: `(*, in2)`; returns `(*, outFeatures)`.
  public Tensor forward(Tensor x1, Tensor x2) {
    if (x1.shape().dim(-1) != weight.shape().dim(1)) {
      throw misfit("[*, %d]".formatted(weight.shape().dim(1)), x1);
    }
    if (x2.shape().dim(-1) != weight.shape().dim(2)) {
      throw misfit("[*, %d]".formatted(weight.shape().dim(2)), x2);
    }
    Tensor left = x1.unsqueeze(-2).unsqueeze(-2); // (*, 1, 1, in1)
    Tensor rows = left.matmul(weight.value()).squeeze(-2); // (*, out, in2)
    Tensor sums = rows.mul(x2.unsqueeze(-2)).sum(-1);
    return bias.map(b -> sums.add(b.value())).orElse(sums);
  }

  @Override
  protected String description() {
    return "in1_features=%d, in2_features=%d, out_features=%d, bias=%s"
        .formatted(
            weight.shape().dim(1),
            weight.shape().dim(2),
            weight.shape().dim(0),
            ModulePrinter.python(bias.isPresent()));
  }
}
