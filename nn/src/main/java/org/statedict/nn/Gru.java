package org.statedict.nn;

import java.util.List;
import org.statedict.nn.RecurrentWeights.Factors;
import org.statedict.tensor.Tensor;

/// Gated recurrent units: `r, z = sigmoid(W x + b + U h + c)`, `n = tanh(W x + b + r (U h + c))`,
/// `h' = (1 - z) n + z h`, gates in this order; see [Recurrent] for the parameters. Cho et al.
/// 2014. As `torch.nn.GRU`.
public final class Gru extends Recurrent {
  public Gru(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT);
  }

  public Gru(int inputSize, int hiddenSize, RecurrentOptions options) {
    super(3, inputSize, hiddenSize, options);
  }

  @Override
  List<Tensor> step(Tensor x, List<Tensor> state, Factors factors) {
    Tensor h = state.getFirst();
    Tensor ofInput = factors.ofInput(x);
    Tensor ofHidden = factors.ofHidden(h);
    Tensor reset = gate(ofInput, 0).add(gate(ofHidden, 0)).sigmoid();
    Tensor update = gate(ofInput, 1).add(gate(ofHidden, 1)).sigmoid();
    Tensor fresh = gate(ofInput, 2).add(reset.mul(gate(ofHidden, 2))).tanh();
    return List.of(fresh.add(update.mul(h.sub(fresh))));
  }

  @Override
  List<Integer> stateSizes() {
    return List.of(hiddenSize);
  }

  @Override
  public String pythonName() {
    return "GRU";
  }
}
