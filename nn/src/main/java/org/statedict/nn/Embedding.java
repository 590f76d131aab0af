package org.statedict.nn;

import java.util.OptionalInt;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// A vector for each of `count` things: positions of shape `*` give `(*, size)`.
///
/// `weight`: `(count, size)`, normal of mean 0 and variance 1; the row of padding is 0 and gets no
/// gradient. As `torch.nn.Embedding`.
public final class Embedding extends NnModule implements Layer {
  private final Parameter weight;
  final OptionalInt padding;

  public Embedding(int count, int size) {
    this(count, size, OptionalInt.empty());
  }

  /// @param padding the position that stands for nothing
  public Embedding(int count, int size, OptionalInt padding) {
    this.padding = padding;
    Tensor drawn = Generator.DEFAULT.randn(count, size);
    this.weight =
        parameter(
            "weight",
            padding.isPresent() ? drawn.maskedFill(isPadding(Tensor.arange(count)), 0) : drawn);
  }

  private Tensor isPadding(Tensor positions) {
    return positions.eq(Tensor.of(new long[] {padding.getAsInt()})).unsqueeze(-1);
  }

  public Parameter weight() {
    return weight;
  }

  /// The vectors at int64 positions from 0 to `count - 1`.
  ///
  /// @throws IndexOutOfBoundsException if there is no such position
  @Override
  public Tensor forward(Tensor positions) {
    if (positions.dtype().isFloatingPoint()) {
      throw misfit("integers", positions);
    }
    Tensor found = weight.value().rows(positions);
    return padding.isPresent() && found.requiresGrad()
        ? Tensor.where(isPadding(positions), found.detach(), found)
        : found;
  }

  @Override
  protected String description() {
    String rest = padding.isPresent() ? ", padding_idx=" + padding.getAsInt() : "";
    return "%d, %d%s".formatted(weight.shape().dim(0), weight.shape().dim(1), rest);
  }
}
