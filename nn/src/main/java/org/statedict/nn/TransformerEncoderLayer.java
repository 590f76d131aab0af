package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// `x = norm1(x + attention(x)); x = norm2(x + linear2(activation(linear1(x))))`, or with the
/// normalizations before each part.
///
/// Children: `self_attn`, `linear1`: `(feedForward, size)`, `dropout`, `linear2`: `(size,
/// feedForward)`, `norm1`, `norm2`, `dropout1`, `dropout2`. Vaswani et al. 2017. As
/// `torch.nn.TransformerEncoderLayer`.
public final class TransformerEncoderLayer extends NnModule {
  final TransformerOptions options;
  private final MultiheadAttention selfAttn;
  private final FeedForward feedForward;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final Dropout dropout1;
  private final Dropout dropout2;

  public TransformerEncoderLayer(int size, int heads, TransformerOptions options) {
    this.options = options;
    this.selfAttn = child("self_attn", new MultiheadAttention(size, heads, options.attention()));
    this.feedForward = FeedForward.in(this, size, options);
    this.norm1 = child("norm1", options.norm(size));
    this.norm2 = child("norm2", options.norm(size));
    this.dropout1 = child("dropout1", new Dropout(options.dropout()));
    this.dropout2 = child("dropout2", new Dropout(options.dropout()));
  }

  /// The result for a sequence, of its shape.
  public Tensor forward(Tensor x, AttentionMask mask) {
    if (options.normFirst()) {
      Tensor seen = x.add(attention(norm1.forward(x), mask));
      return seen.add(dropout2.forward(feedForward.forward(norm2.forward(seen))));
    }
    Tensor seen = norm1.forward(x.add(attention(x, mask)));
    return norm2.forward(seen.add(dropout2.forward(feedForward.forward(seen))));
  }

  private Tensor attention(Tensor x, AttentionMask mask) {
    return dropout1.forward(selfAttn.forward(x, x, x, mask).output());
  }
}
