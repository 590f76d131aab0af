package org.statedict.nn;

import org.statedict.tensor.Shape;

/// How the layers of a transformer are built.
///
/// @param feedForward the size between the two linear layers, 2048 unless said
/// @param dropout after each part, 0.1 unless said
/// @param activation between the two linear layers, relu unless said
/// @param epsilon of the normalizations, 1e-5 unless said
/// @param batchFirst whether sequences are `(n, time, size)`, not `(time, n, size)`
/// @param normFirst whether each part is normalized before, not behind
/// @param bias whether linear layers and normalizations add vectors, which they do unless said
public record TransformerOptions(
    int feedForward,
    double dropout,
    Activation activation,
    double epsilon,
    boolean batchFirst,
    boolean normFirst,
    Bias bias) {
  public static final TransformerOptions DEFAULT =
      new TransformerOptions(2048, 0.1, Activation.RELU, 1e-5, false, false, Bias.LEARNED);

  /// What stands between the two linear layers.
  public enum Activation {
    RELU,
    GELU
  }

  public TransformerOptions withFeedForward(int size) {
    return new TransformerOptions(size, dropout, activation, epsilon, batchFirst, normFirst, bias);
  }

  public TransformerOptions withDropout(double probability) {
    return new TransformerOptions(
        feedForward, probability, activation, epsilon, batchFirst, normFirst, bias);
  }

  public TransformerOptions withActivation(Activation function) {
    return new TransformerOptions(
        feedForward, dropout, function, epsilon, batchFirst, normFirst, bias);
  }

  public TransformerOptions withEpsilon(double added) {
    return new TransformerOptions(
        feedForward, dropout, activation, added, batchFirst, normFirst, bias);
  }

  public TransformerOptions withBatchFirst(boolean first) {
    return new TransformerOptions(
        feedForward, dropout, activation, epsilon, first, normFirst, bias);
  }

  public TransformerOptions withNormFirst(boolean first) {
    return new TransformerOptions(
        feedForward, dropout, activation, epsilon, batchFirst, first, bias);
  }

  public TransformerOptions withBias(Bias added) {
    return new TransformerOptions(
        feedForward, dropout, activation, epsilon, batchFirst, normFirst, added);
  }

  AttentionOptions attention() {
    return AttentionOptions.DEFAULT.withDropout(dropout).withBias(bias).withBatchFirst(batchFirst);
  }

  LayerNorm norm(int size) {
    return new LayerNorm(Shape.of(size), epsilon, true, bias);
  }
}
