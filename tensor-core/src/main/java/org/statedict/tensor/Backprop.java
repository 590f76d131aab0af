package org.statedict.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.tensor.GradFn.Edge;

/// The walk from a result back to what it depends on: reverse-mode differentiation. Each tensor is
/// visited once, after all that depends on it.
final class Backprop {
  private final IdentityHashMap<Tensor, Tensor> gradients = new IdentityHashMap<>();

  private Backprop() {}

  /// Adds the gradients of `result` to the parameters that it depends on.
  static void fill(Tensor result) {
    Backprop walk = new Backprop();
    List<Tensor> order = walk.run(result);
    for (Tensor tensor : order) {
      walk.fill(tensor, tensor.gradFn().flatMap(GradFn::leaf).orElse(null));
    }
  }

  private void fill(Tensor tensor, @Nullable Parameter cell) {
    Tensor gradient = gradients.get(tensor);
    if (cell != null && gradient != null) {
      cell.addGrad(gradient);
    }
  }

  /// The gradients of `result` by some tensors.
  static Gradients of(Tensor result, Tensor... wanted) {
    Backprop walk = new Backprop();
    walk.run(result);
    IdentityHashMap<Tensor, Tensor> found = new IdentityHashMap<>();
    for (Tensor tensor : wanted) {
      Tensor gradient = walk.gradients.get(tensor);
      found.put(
          tensor,
          gradient == null
              ? Numbers.zeros(tensor.dtype(), tensor.elementCount()).toTensor(tensor.shape())
              : gradient);
    }
    return new Gradients(found);
  }

  /// Computes all gradients; returns the tensors that have one, the result first.
  private List<Tensor> run(Tensor result) {
    if (result.elementCount() != 1) {
      throw new IllegalArgumentException(
          "gradients start from one number, such as a loss, not from shape " + result.shape());
    }
    if (!result.requiresGrad()) {
      throw new IllegalStateException(
          "no operation that led here was recorded: no input requires a gradient, or NoGrad was active");
    }
    List<Tensor> order = inputsLast(result);
    try (NoGrad _ = NoGrad.begin()) {
      gradients.put(result, result.detach().mul(0).add(1));
      order.forEach(this::passOn);
    }
    return order;
  }

  private void passOn(Tensor tensor) {
    Tensor gradient = gradients.get(tensor);
    if (gradient != null && tensor.gradFn().isPresent()) {
      for (Edge edge : tensor.gradFn().get().edges()) {
        Tensor share = edge.derivative().apply(gradient);
        gradients.merge(edge.input(), share, Tensor::add);
      }
    }
  }

  /// Everything that `result` depends on, each after all that depends on it. Without recursion: an
  /// unrolled recurrent network is deeper than a stack.
  private static List<Tensor> inputsLast(Tensor result) {
    List<Tensor> done = new ArrayList<>();
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> open = new ArrayDeque<>();
    seen.add(result);
    open.push(new Visit(result));
    while (!open.isEmpty()) {
      Visit visit = open.element();
      if (visit.next == visit.edges.size()) {
        done.add(open.pop().tensor);
      } else {
        Tensor input = visit.edges.get(visit.next++).input();
        if (seen.add(input)) {
          open.push(new Visit(input));
        }
      }
    }
    return done.reversed();
  }

  /// A tensor some of whose inputs are done.
  private static final class Visit {
    private final Tensor tensor;
    private final List<Edge> edges;
    private int next;

    Visit(Tensor tensor) {
      this.tensor = tensor;
      this.edges = tensor.gradFn().map(GradFn::edges).orElse(List.of());
    }
  }
}
