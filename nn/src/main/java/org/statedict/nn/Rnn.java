package org.statedict.nn;

import java.util.List;
import org.statedict.nn.RecurrentWeights.Factors;
import org.statedict.tensor.Tensor;

/// Elman's network: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or with `relu`; see [Recurrent] for
/// its parameters. As `torch.nn.RNN`.
public final class Rnn extends Recurrent {
  /// What is made of the sum.
  public enum Nonlinearity {
    TANH,
    RELU
  }

  final Nonlinearity nonlinearity;

  public Rnn(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT, Nonlinearity.TANH);
  }

  public Rnn(int inputSize, int hiddenSize, RecurrentOptions options, Nonlinearity nonlinearity) {
    super(1, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  @Override
  List<Tensor> step(Tensor x, List<Tensor> state, Factors factors) {
    Tensor sum = factors.ofInput(x).add(factors.ofHidden(state.getFirst()));
    return List.of(nonlinearity == Nonlinearity.TANH ? sum.tanh() : sum.relu());
  }

  @Override
  List<Integer> stateSizes() {
    return List.of(hiddenSize);
  }

  @Override
  public String pythonName() {
    return "RNN";
  }
}
