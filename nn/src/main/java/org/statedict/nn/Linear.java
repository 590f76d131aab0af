package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// `y = x W^T + b`.
///
/// `weight`: `(outFeatures, inFeatures)`, uniform to `1 / sqrt(inFeatures)` by Kaiming's rule;
/// `bias`: `(outFeatures)`, uniform to the same. As `torch.nn.Linear`.
public sealed class Linear extends NnModule implements Layer
    permits NonDynamicallyQuantizableLinear {
  private final Parameter weight;
  private final Optional<Parameter> bias;

  public Linear(int inFeatures, int outFeatures) {
    this(inFeatures, outFeatures, Bias.LEARNED);
  }

  public Linear(int inFeatures, int outFeatures, Bias bias) {
    this.weight = parameter("weight", Init.kaiming(inFeatures, outFeatures, inFeatures));
    this.bias = optional(bias == Bias.LEARNED, "bias", () -> Init.byFanIn(inFeatures, outFeatures));
  }

  public final Parameter weight() {
    return weight;
  }

  public final Optional<Parameter> bias() {
    return bias;
  }

  /// The result for `x`: `(*, inFeatures)`; returns `(*, outFeatures)`.
  @Override
  public final Tensor forward(Tensor x) {
    long inFeatures = weight.shape().dim(1);
    if (x.shape().rank() == 0 || x.shape().dim(-1) != inFeatures || x.dtype() != weight.dtype()) {
      throw misfit("%s [*, %d]".formatted(weight.dtype(), inFeatures), x);
    }
    Tensor product = x.matmul(weight.value().transpose(0, 1));
    return bias.map(b -> product.add(b.value())).orElse(product);
  }

  @Override
  protected final String description() {
    return "in_features=%d, out_features=%d, bias=%s"
        .formatted(
            weight.shape().dim(1), weight.shape().dim(0), ModulePrinter.python(bias.isPresent()));
  }
}
