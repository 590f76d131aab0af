package org.statedict.nn;

import java.util.Optional;
import java.util.function.Supplier;
import org.statedict.tensor.Tensor;

/// Layers one behind the other, and a normalization at the end if there is one.
///
/// Children: `layers`, which all begin with the same values, and `norm`. As
/// `torch.nn.TransformerEncoder`.
public final class TransformerEncoder extends NnModule {
  final ModuleList<TransformerEncoderLayer> layers;
  final Optional<LayerNorm> norm;

  /// Without a normalization at the end.
  public TransformerEncoder(Supplier<TransformerEncoderLayer> layer, int count) {
    this(layer, count, Optional.empty());
  }

  public TransformerEncoder(
      Supplier<TransformerEncoderLayer> layer, int count, Optional<LayerNorm> norm) {
    this.layers = child("layers", Copies.of(count, layer));
    this.norm = norm;
    norm.ifPresent(n -> child("norm", n));
  }

  /// The result for a sequence, of its shape.
  public Tensor forward(Tensor x, AttentionMask mask) {
    Tensor result = x;
    for (TransformerEncoderLayer layer : layers.modules()) {
      result = layer.forward(result, mask);
    }
    Tensor last = result;
    return norm.map(n -> n.forward(last)).orElse(last);
  }
}
