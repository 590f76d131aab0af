package org.statedict.nn;

import java.util.List;
import org.statedict.nn.RecurrentWeights.Factors;
import org.statedict.tensor.Tensor;

/// Long short-term memory: `i, f, o = sigmoid(W x + b + U h + c)`, `g = tanh(...)`, `cell' = f cell
/// + i g`, `h' = o tanh(cell')`, gates in the order i, f, g, o; with a projection `h' = W_hr h'`.
///   See [Recurrent] for the parameters. Hochreiter and Schmidhuber 1997. As `torch.nn.LSTM`.
///
/// The state has two parts: outputs and cells.
public final class Lstm extends Recurrent {
  private final int projection;

  public Lstm(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT);
  }

  public Lstm(int inputSize, int hiddenSize, RecurrentOptions options) {
    super(4, inputSize, hiddenSize, options);
    this.projection = options.projection();
  }

  @Override
  List<Tensor> step(Tensor x, List<Tensor> state, Factors factors) {
    Tensor gates = factors.ofInput(x).add(factors.ofHidden(state.getFirst()));
    Tensor kept = gate(gates, 1).sigmoid().mul(state.getLast());
    Tensor cell = kept.add(gate(gates, 0).sigmoid().mul(gate(gates, 2).tanh()));
    Tensor output = gate(gates, 3).sigmoid().mul(cell.tanh());
    return List.of(factors.projection().map(output::matmul).orElse(output), cell);
  }

  @Override
  List<Integer> stateSizes() {
    return List.of(projection > 0 ? projection : hiddenSize, hiddenSize);
  }

  @Override
  public String pythonName() {
    return "LSTM";
  }
}
