package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// An encoder and a decoder; every matrix uniform by Xavier's rule.
///
/// Children: `encoder`, `decoder`, each with a normalization at the end. Vaswani et al. 2017. As
/// `torch.nn.Transformer`.
public final class Transformer extends NnModule {
  private final TransformerEncoder encoder;
  private final TransformerDecoder decoder;
  final int size;
  final int heads;
  final boolean batchFirst;

  public Transformer(
      int size, int heads, int encoderLayers, int decoderLayers, TransformerOptions options) {
    this.size = size;
    this.heads = heads;
    this.batchFirst = options.batchFirst();
    this.encoder =
        child(
            "encoder",
            new TransformerEncoder(
                () -> new TransformerEncoderLayer(size, heads, options),
                encoderLayers,
                Optional.of(options.norm(size))));
    this.decoder =
        child(
            "decoder",
            new TransformerDecoder(
                () -> new TransformerDecoderLayer(size, heads, options),
                decoderLayers,
                Optional.of(options.norm(size))));
    for (Parameter parameter : parameters()) {
      if (parameter.shape().rank() > 1) {
        parameter.set(Init.xavierUniform(parameter.shape().toArray()));
      }
    }
  }

  /// The result for `target`, of its shape.
  ///
  /// @param source the sequence that is encoded
  /// @param mask what the target must not see of itself
  public Tensor forward(Tensor source, Tensor target, AttentionMask mask) {
    Tensor memory = encoder.forward(source, AttentionMask.NONE);
    return decoder.forward(target, memory, mask, AttentionMask.NONE);
  }
}
