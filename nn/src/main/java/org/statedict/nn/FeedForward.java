package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// The two linear layers of a transformer's layer, with what stands between them.
record FeedForward(
    Linear first, Dropout dropout, Linear second, TransformerOptions.Activation activation) {
  /// The parts as children of a transformer's layer.
  static FeedForward in(NnModule layer, int size, TransformerOptions options) {
    int between = options.feedForward();
    return new FeedForward(
        layer.child("linear1", new Linear(size, between, options.bias())),
        layer.child("dropout", new Dropout(options.dropout())),
        layer.child("linear2", new Linear(between, size, options.bias())),
        options.activation());
  }

  Tensor forward(Tensor x) {
    Tensor wide = first.forward(x);
    Tensor active =
        switch (activation) {
          case RELU -> wide.relu();
          case GELU -> Gelu.exact(wide);
        };
    return second.forward(dropout.forward(active));
  }
}
