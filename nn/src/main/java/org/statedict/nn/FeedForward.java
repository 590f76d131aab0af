package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// The two linear layers of a transformer's layer, with what stands between them.
record FeedForward(
    Linear first, Dropout dropout, Linear second, TransformerOptions.Activation activation) {
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
