package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// Some dimensions as one: all but the first unless said. As `torch.nn.Flatten`.
public final class Flatten extends NnModule implements Layer {
  final int first;
  final int last;

  public Flatten() {
    this(1, -1);
  }

  /// @param first the first dimension to join
  /// @param last the last one, included; negative ones count from the end
  public Flatten(int first, int last) {
    this.first = first;
    this.last = last;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.flatten(first, last);
  }

  @Override
  protected String description() {
    return "start_dim=%d, end_dim=%d".formatted(first, last);
  }
}
