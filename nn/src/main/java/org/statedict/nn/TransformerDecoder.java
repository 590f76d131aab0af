package org.statedict.nn;

import java.util.Optional;
import java.util.function.Supplier;
import org.statedict.tensor.Tensor;

/// Layers one behind the other, and a normalization at the end if there is one.
///
/// Children: `layers`, which all begin with the same values, and `norm`. As
/// `torch.nn.TransformerDecoder`.
public final class TransformerDecoder extends NnModule {
  final ModuleList<TransformerDecoderLayer> layers;
  final Optional<LayerNorm> norm;

  /// Without a normalization at the end.
  public TransformerDecoder(Supplier<TransformerDecoderLayer> layer, int count) {
    this(layer, count, Optional.empty());
  }

  public TransformerDecoder(
      Supplier<TransformerDecoderLayer> layer, int count, Optional<LayerNorm> norm) {
    this.layers = child("layers", Copies.of(count, layer));
    this.norm = norm;
    norm.ifPresent(n -> child("norm", n));
  }

  /// The result for a sequence, of its shape.
  ///
  /// @param memory what an encoder made of another sequence
  public Tensor forward(Tensor x, Tensor memory, AttentionMask mask, AttentionMask memoryMask) {
    Tensor result = x;
    for (TransformerDecoderLayer layer : layers.modules()) {
      result = layer.forward(result, memory, mask, memoryMask);
    }
    Tensor last = result;
    return norm.map(n -> n.forward(last)).orElse(last);
  }
}
