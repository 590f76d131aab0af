package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x`, but not below `low` nor above `high`, -1 and 1 unless said. As `torch.nn.Hardtanh`.
public final class Hardtanh extends NnModule implements Layer {
  final double low;
  final double high;

  public Hardtanh() {
    this(-1, 1);
  }

  public Hardtanh(double low, double high) {
    this.low = low;
    this.high = high;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.pointwise(
        v -> Math.min(Math.max(v, low), high), (v, _) -> v > low && v < high ? 1 : 0);
  }

  @Override
  protected String description() {
    return "min_val=%s, max_val=%s"
        .formatted(ModulePrinter.python(low), ModulePrinter.python(high));
  }
}
