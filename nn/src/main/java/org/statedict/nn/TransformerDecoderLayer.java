package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x = norm1(x + attention(x)); x = norm2(x + attention(x, memory)); x = norm3(x +
/// linear2(activation(linear1(x))))`, or with the normalizations before each part.
///
/// Children: `self_attn`, `multihead_attn`, `linear1`, `dropout`, `linear2`, `norm1`, `norm2`,
/// `norm3`, `dropout1`, `dropout2`, `dropout3`. Vaswani et al. 2017. As
/// `torch.nn.TransformerDecoderLayer`.
public final class TransformerDecoderLayer extends NnModule {
  final TransformerOptions options;
  private final MultiheadAttention selfAttn;
  private final MultiheadAttention memoryAttn;
  private final FeedForward feedForward;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final LayerNorm norm3;
  private final Dropout dropout1;
  private final Dropout dropout2;
  private final Dropout dropout3;

  public TransformerDecoderLayer(int size, int heads, TransformerOptions options) {
    this.options = options;
    this.selfAttn = child("self_attn", new MultiheadAttention(size, heads, options.attention()));
    this.memoryAttn =
        child("multihead_attn", new MultiheadAttention(size, heads, options.attention()));
    this.feedForward = FeedForward.in(this, size, options);
    this.norm1 = child("norm1", options.norm(size));
    this.norm2 = child("norm2", options.norm(size));
    this.norm3 = child("norm3", options.norm(size));
    this.dropout1 = child("dropout1", new Dropout(options.dropout()));
    this.dropout2 = child("dropout2", new Dropout(options.dropout()));
    this.dropout3 = child("dropout3", new Dropout(options.dropout()));
  }

  /// The result for a sequence, of its shape.
  ///
  /// @param memory what an encoder made of another sequence
  /// @param mask what the sequence must not see of itself
  /// @param memoryMask what it must not see of the memory
  public Tensor forward(Tensor x, Tensor memory, AttentionMask mask, AttentionMask memoryMask) {
    if (options.normFirst()) {
      Tensor own = x.add(itself(norm1.forward(x), mask));
      Tensor seen = own.add(other(norm2.forward(own), memory, memoryMask));
      return seen.add(dropout3.forward(feedForward.forward(norm3.forward(seen))));
    }
    Tensor own = norm1.forward(x.add(itself(x, mask)));
    Tensor seen = norm2.forward(own.add(other(own, memory, memoryMask)));
    return norm3.forward(seen.add(dropout3.forward(feedForward.forward(seen))));
  }

  private Tensor itself(Tensor x, AttentionMask mask) {
    return dropout1.forward(selfAttn.forward(x, x, x, mask).output());
  }

  private Tensor other(Tensor x, Tensor memory, AttentionMask mask) {
    return dropout2.forward(memoryAttn.forward(x, memory, memory, mask).output());
  }
}
