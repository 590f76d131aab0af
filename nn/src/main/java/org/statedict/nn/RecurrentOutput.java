package org.statedict.nn;

import java.util.Optional;
import org.statedict.tensor.Tensor;

/// What a recurrent network gives.
///
/// @param output of the last layer at each time: `(time, n, directions * size)`
/// @param hidden the last outputs of each layer and direction: `(layers * directions, n, size)`
/// @param cell the last cells of an LSTM: `(layers * directions, n, hidden size)`
public record RecurrentOutput(Tensor output, Tensor hidden, Optional<Tensor> cell) {}
