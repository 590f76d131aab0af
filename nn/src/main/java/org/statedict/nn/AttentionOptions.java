package org.statedict.nn;

/// How an attention is built.
///
/// @param dropout of the weights, 0 unless said
/// @param bias whether projections add vectors, which they do unless said
/// @param keyValueBias whether a learned key and value are added to each sequence
/// @param zeroAttention whether a key and a value of zeros are added
/// @param keySize the size of keys, 0 for that of queries
/// @param valueSize the size of values, 0 for that of queries
/// @param batchFirst whether sequences are `(n, time, size)`, not `(time, n, size)`
public record AttentionOptions(
    double dropout,
    Bias bias,
    boolean keyValueBias,
    boolean zeroAttention,
    int keySize,
    int valueSize,
    boolean batchFirst) {
  public static final AttentionOptions DEFAULT =
      new AttentionOptions(0, Bias.LEARNED, false, false, 0, 0, false);

  public AttentionOptions withDropout(double probability) {
    return new AttentionOptions(
        probability, bias, keyValueBias, zeroAttention, keySize, valueSize, batchFirst);
  }

  public AttentionOptions withBias(Bias added) {
    return new AttentionOptions(
        dropout, added, keyValueBias, zeroAttention, keySize, valueSize, batchFirst);
  }

  public AttentionOptions withKeyValueBias(boolean added) {
    return new AttentionOptions(
        dropout, bias, added, zeroAttention, keySize, valueSize, batchFirst);
  }

  public AttentionOptions withZeroAttention(boolean added) {
    return new AttentionOptions(dropout, bias, keyValueBias, added, keySize, valueSize, batchFirst);
  }

  public AttentionOptions withSizes(int ofKeys, int ofValues) {
    return new AttentionOptions(
        dropout, bias, keyValueBias, zeroAttention, ofKeys, ofValues, batchFirst);
  }

  public AttentionOptions withBatchFirst(boolean first) {
    return new AttentionOptions(
        dropout, bias, keyValueBias, zeroAttention, keySize, valueSize, first);
  }
}
