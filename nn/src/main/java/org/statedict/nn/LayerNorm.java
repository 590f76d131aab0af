package org.statedict.nn;

import java.util.Arrays;
import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;

/// The last dimensions with mean 0 and variance 1: `y = (x - mean) / sqrt(variance + epsilon)
/// weight + bias`.
///
/// `weight`: of the normalized shape, ones; `bias`: the same, zeros. Ba et al. 2016. As
/// `torch.nn.LayerNorm`.
public final class LayerNorm extends NnModule implements Layer {
  final Shape normalized;
  final double epsilon;
  final Optional<Parameter> weight;
  private final Optional<Parameter> bias;

  public LayerNorm(long... normalized) {
    this(Shape.of(normalized), 1e-5, true, Bias.LEARNED);
  }

  /// @param affine whether a weight is learned; without one there is no bias either
  public LayerNorm(Shape normalized, double epsilon, boolean affine, Bias bias) {
    this.normalized = normalized;
    this.epsilon = epsilon;
    long[] dims = normalized.toArray();
    this.weight = optional(affine, "weight", () -> Tensor.ones(dims));
    this.bias = optional(affine && bias == Bias.LEARNED, "bias", () -> Tensor.zeros(dims));
  }

  /// The result for `x`: `(*, normalized...)`, of the same shape.
  @Override
  public Tensor forward(Tensor x) {
    int rank = normalized.rank();
    long[] dims = x.shape().toArray();
    if (dims.length < rank
        || !Shape.of(Arrays.copyOfRange(dims, dims.length - rank, dims.length))
            .equals(normalized)) {
      throw misfit("[*, %s".formatted(normalized.toString().substring(1)), x);
    }
    Tensor rows = x.reshape(-1, normalized.elementCount()).standardizeRows(epsilon);
    Tensor standardized = rows.reshape(dims);
    Tensor scaled = weight.map(w -> standardized.mul(w.value())).orElse(standardized);
    return bias.map(b -> scaled.add(b.value())).orElse(scaled);
  }

  @Override
  protected String description() {
    return "%s, eps=%s, elementwise_affine=%s, bias=%s"
        .formatted(
            ModulePrinter.tuple(normalized.toList()),
            ModulePrinter.python(epsilon),
            ModulePrinter.python(weight.isPresent()),
            ModulePrinter.python(bias.isPresent()));
  }
}
