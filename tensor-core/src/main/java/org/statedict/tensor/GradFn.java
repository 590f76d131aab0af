package org.statedict.tensor;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How a tensor came about, as far as gradients must know: from which inputs, and what the gradient
/// by the tensor is worth to each. A leaf has no inputs but the cell whose value it is.
record GradFn(List<Edge> edges, Optional<Parameter> leaf) {
  /// The way back to one input.
  ///
  /// @param derivative takes the gradient by the result to that by the input, which has its shape
  record Edge(Tensor input, UnaryOperator<Tensor> derivative) {}

  static GradFn leaf(Parameter cell) {
    return new GradFn(List.of(), Optional.of(cell));
  }

  /// `result`, which remembers how it depends on `input` unless nobody will ask.
  static Tensor record(Tensor result, Tensor input, UnaryOperator<Tensor> derivative) {
    return record(result, List.of(new Edge(input, derivative)));
  }

  /// The same with two inputs.
  static Tensor record(
      Tensor result, Tensor a, UnaryOperator<Tensor> byA, Tensor b, UnaryOperator<Tensor> byB) {
    return record(result, List.of(new Edge(a, byA), new Edge(b, byB)));
  }

  /// The same with any inputs.
  static Tensor record(Tensor result, List<Edge> edges) {
    if (NoGrad.isActive()) {
      return result;
    }
    List<Edge> wanted = edges.stream().filter(e -> e.input.requiresGrad()).toList();
    return wanted.isEmpty() ? result : result.withGradFn(new GradFn(wanted, Optional.empty()));
  }
}
