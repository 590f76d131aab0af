package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// The parameters of one layer in one direction.
///
/// @param input `(gates * hidden, features)`
/// @param hidden `(gates * hidden, size of the output)`
/// @param projection `(projected, hidden)`
record RecurrentWeights(
    Parameter input,
    Parameter hidden,
    Optional<Parameter> inputBias,
    Optional<Parameter> hiddenBias,
    Optional<Parameter> projection) {
  /// The weights as a sequence needs them: transposed once, with the biases.
  Factors factors() {
    return new Factors(
        transposed(input),
        transposed(hidden),
        inputBias.map(Parameter::value),
        hiddenBias.map(Parameter::value),
        projection.map(RecurrentWeights::transposed));
  }

  private static Tensor transposed(Parameter weight) {
    return weight.value().transpose(0, 1).contiguous();
  }

  /// What is multiplied and added at each time.
  record Factors(
      Tensor input,
      Tensor hidden,
      Optional<Tensor> inputBias,
      Optional<Tensor> hiddenBias,
      Optional<Tensor> projection) {
    Tensor ofInput(Tensor x) {
      Tensor product = x.matmul(input);
      return inputBias.map(product::add).orElse(product);
    }

    Tensor ofHidden(Tensor h) {
      Tensor product = h.matmul(hidden);
      return hiddenBias.map(product::add).orElse(product);
    }
  }
}
