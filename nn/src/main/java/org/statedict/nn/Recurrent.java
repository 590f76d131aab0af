package org.statedict.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.statedict.nn.RecurrentWeights.Factors;
import org.statedict.tensor.Tensor;

/// A network that reads a sequence and keeps a state: layers one above the other, forwards or both
/// ways.
///
/// For each layer and direction, in this order, `weight_ih_lN`: `(gates * hidden, features)`,
/// `weight_hh_lN`: `(gates * hidden, size)`, `bias_ih_lN`, `bias_hh_lN`: `(gates * hidden)` and, if
/// projected, `weight_hr_lN`: `(projection, hidden)`, all uniform to `1 / sqrt(hidden)`; names of
/// the backward direction end in `_reverse`.
abstract class Recurrent extends NnModule {
  final int inputSize;
  final int hiddenSize;
  final RecurrentOptions options;
  private final List<RecurrentWeights> weights = new ArrayList<>();

  Recurrent(int gates, int inputSize, int hiddenSize, RecurrentOptions options) {
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.options = options;
    for (int layer = 0; layer < options.layers(); layer++) {
      int features = layer == 0 ? inputSize : outputSize() * options.directions();
      for (int direction = 0; direction < options.directions(); direction++) {
        weights.add(weights(gates, features, "_l" + layer + (direction == 0 ? "" : "_reverse")));
      }
    }
  }

  private RecurrentWeights weights(int gates, int features, String suffix) {
    boolean biased = options.bias() == Bias.LEARNED;
    boolean projected = options.projection() > 0;
    long rows = (long) gates * hiddenSize;
    return new RecurrentWeights(
        parameter("weight_ih" + suffix, drawn(rows, features).get()),
        parameter("weight_hh" + suffix, drawn(rows, outputSize()).get()),
        optional(biased, "bias_ih" + suffix, drawn(rows)),
        optional(biased, "bias_hh" + suffix, drawn(rows)),
        optional(projected, "weight_hr" + suffix, drawn(options.projection(), hiddenSize)));
  }

  private Supplier<Tensor> drawn(long... shape) {
    return () -> Init.byFanIn(hiddenSize, shape);
  }

  private int outputSize() {
    return options.projection() > 0 ? options.projection() : hiddenSize;
  }

  /// The state after one step.
  ///
  /// @param state the output first, `(n, size)`, then what else there is
  abstract List<Tensor> step(Tensor x, List<Tensor> state, Factors factors);

  /// The sizes of the parts of the state.
  abstract List<Integer> stateSizes();

  /// The results for a sequence from a state of zeros; see [#forward(Tensor, List)].
  public final RecurrentOutput forward(Tensor x) {
    return forward(x, List.of());
  }

  /// The results for `x`: `(time, n, features)`, or `(n, time, features)` if so built, or without
  /// `n`.
  ///
  /// @param state the parts of the state, `(layers * directions, n, size)` each; none for zeros
  public final RecurrentOutput forward(Tensor x, List<Tensor> state) {
    boolean single = x.shape().rank() == 2;
    if ((!single && x.shape().rank() != 3) || x.shape().dim(-1) != inputSize) {
      throw misfit("[time, n, %d]".formatted(inputSize), x);
    }
    if (single) {
      List<Tensor> batch = state.stream().map(part -> part.unsqueeze(1)).toList();
      RecurrentOutput output = run(x.unsqueeze(1), batch);
      return new RecurrentOutput(
          output.output().squeeze(1),
          output.hidden().squeeze(1),
          output.cell().map(cell -> cell.squeeze(1)));
    }
    RecurrentOutput output = run(options.batchFirst() ? x.transpose(0, 1) : x, state);
    return options.batchFirst()
        ? new RecurrentOutput(output.output().transpose(0, 1), output.hidden(), output.cell())
        : output;
  }

  private RecurrentOutput run(Tensor x, List<Tensor> given) {
    List<Tensor> state = given.isEmpty() ? zeros(x) : given;
    List<Tensor> sequence = unstacked(x);
    List<List<Tensor>> last = new ArrayList<>();
    for (int layer = 0; layer < options.layers(); layer++) {
      sequence = layer(layer, sequence, state, last);
      boolean drops = isTraining() && layer + 1 < options.layers();
      if (drops && options.dropout() > 0) {
        sequence = unstacked(Dropout.drop(Tensor.stack(0, sequence), options.dropout()));
      }
    }
    Tensor output = Tensor.stack(0, sequence);
    Optional<Tensor> cell =
        stateSizes().size() > 1 ? Optional.of(stacked(last, 1)) : Optional.empty();
    return new RecurrentOutput(output, stacked(last, 0), cell);
  }

  private static List<Tensor> unstacked(Tensor sequence) {
    List<Tensor> parts = new ArrayList<>();
    for (long t = 0; t < sequence.shape().dim(0); t++) {
      parts.add(sequence.select(0, t));
    }
    return parts;
  }

  private static Tensor stacked(List<List<Tensor>> states, int part) {
    return Tensor.stack(0, states.stream().map(state -> state.get(part)).toList());
  }

  private List<Tensor> zeros(Tensor x) {
    return stateSizes().stream()
        .map(size -> Tensor.zeros(weights.size(), x.shape().dim(1), size).to(x.dtype()))
        .toList();
  }

  /// One layer's outputs; adds the last states of its directions.
  private List<Tensor> layer(
      int layer, List<Tensor> sequence, List<Tensor> state, List<List<Tensor>> last) {
    List<Tensor> forwards = direction(layer * options.directions(), sequence, state, last);
    if (!options.bidirectional()) {
      return forwards;
    }
    List<Tensor> backwards = direction(layer * 2 + 1, sequence.reversed(), state, last).reversed();
    List<Tensor> both = new ArrayList<>();
    for (int t = 0; t < forwards.size(); t++) {
      both.add(Tensor.cat(-1, List.of(forwards.get(t), backwards.get(t))));
    }
    return both;
  }

  private List<Tensor> direction(
      int number, List<Tensor> sequence, List<Tensor> state, List<List<Tensor>> last) {
    Factors factors = weights.get(number).factors();
    List<Tensor> now = state.stream().map(part -> part.select(0, number)).toList();
    List<Tensor> outputs = new ArrayList<>();
    for (Tensor x : sequence) {
      now = step(x, now, factors);
      outputs.add(now.getFirst());
    }
    last.add(now);
    return Collections.unmodifiableList(outputs);
  }

  /// A part of gates that lie side by side.
  final Tensor gate(Tensor gates, int number) {
    return gates.slice(-1, (long) number * hiddenSize, (number + 1L) * hiddenSize);
  }

  @Override
  protected final String description() {
    return "%d, %d%s".formatted(inputSize, hiddenSize, options.description());
  }
}
