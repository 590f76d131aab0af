package org.statedict.nn;

/// How a recurrent network is built.
///
/// @param layers one above the other, 1 unless said
/// @param bias whether vectors are added, which they are unless said
/// @param batchFirst whether inputs and outputs are `(n, time, features)`, not `(time, n,
///   features)` as they are unless said
/// @param dropout the probability between layers, 0 unless said
/// @param bidirectional whether a second network reads backwards
/// @param projection the size to which an LSTM's outputs are projected, 0 for none
public record RecurrentOptions(
    int layers,
    Bias bias,
    boolean batchFirst,
    double dropout,
    boolean bidirectional,
    int projection) {
  public static final RecurrentOptions DEFAULT =
      new RecurrentOptions(1, Bias.LEARNED, false, 0, false, 0);

  public RecurrentOptions withLayers(int count) {
    return new RecurrentOptions(count, bias, batchFirst, dropout, bidirectional, projection);
  }

  public RecurrentOptions withBias(Bias added) {
    return new RecurrentOptions(layers, added, batchFirst, dropout, bidirectional, projection);
  }

  public RecurrentOptions withBatchFirst(boolean first) {
    return new RecurrentOptions(layers, bias, first, dropout, bidirectional, projection);
  }

  public RecurrentOptions withDropout(double probability) {
    return new RecurrentOptions(layers, bias, batchFirst, probability, bidirectional, projection);
  }

  public RecurrentOptions withBidirectional(boolean both) {
    return new RecurrentOptions(layers, bias, batchFirst, dropout, both, projection);
  }

  public RecurrentOptions withProjection(int size) {
    return new RecurrentOptions(layers, bias, batchFirst, dropout, bidirectional, size);
  }

  int directions() {
    return bidirectional ? 2 : 1;
  }

  /// As PyTorch prints it behind the sizes.
  String description() {
    return (projection != 0 ? ", proj_size=" + projection : "")
        + (layers != 1 ? ", num_layers=" + layers : "")
        + (bias == Bias.NONE ? ", bias=False" : "")
        + (batchFirst ? ", batch_first=True" : "")
        + (dropout != 0 ? ", dropout=" + ModulePrinter.python(dropout) : "")
        + (bidirectional ? ", bidirectional=True" : "");
  }
}
