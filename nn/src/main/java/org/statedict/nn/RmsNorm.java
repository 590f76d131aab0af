package org.statedict.nn;

import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.statedict.tensor.DType;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;

/// The last dimensions divided by their root mean square: `y = x / sqrt(mean(x^2) + epsilon)
/// weight`.
///
/// `weight`: of the normalized shape, ones. Zhang and Sennrich 2019. As `torch.nn.RMSNorm`.
public final class RmsNorm extends NnModule implements Layer {
  private static final double FLOAT_EPSILON = Math.ulp(1f);

  final Shape normalized;
  final OptionalDouble epsilon;
  private final Parameter weight;

  public RmsNorm(long... normalized) {
    this(Shape.of(normalized), OptionalDouble.empty());
  }

  /// @param epsilon empty for the distance from 1 to the next number of the input's type
  public RmsNorm(Shape normalized, OptionalDouble epsilon) {
    this.normalized = normalized;
    this.epsilon = epsilon;
    this.weight = parameter("weight", Tensor.ones(normalized.toArray()));
  }

  @Override
  public Tensor forward(Tensor x) {
    int rank = normalized.rank();
    if (x.shape().rank() < rank || x.shape().dim(-1) != normalized.dim(-1)) {
      throw misfit("[*, %s".formatted(normalized.toString().substring(1)), x);
    }
    double added = epsilon.orElse(x.dtype() == DType.FLOAT64 ? Math.ulp(1.0) : FLOAT_EPSILON);
    Tensor mean = x.square().mean(IntStream.rangeClosed(1, rank).map(i -> -i).toArray());
    Tensor scale = mean.pointwise(m -> 1 / Math.sqrt(m + added), (m, y) -> -0.5 * y / (m + added));
    for (int i = 0; i < rank; i++) {
      scale = scale.unsqueeze(-1);
    }
    return x.mul(scale).mul(weight.value());
  }

  @Override
  public String pythonName() {
    return "RMSNorm";
  }

  @Override
  protected String description() {
    return "%s, eps=%s, elementwise_affine=True"
        .formatted(
            ModulePrinter.tuple(normalized.toList()),
            epsilon.isPresent() ? ModulePrinter.python(epsilon.getAsDouble()) : "None");
  }
}
