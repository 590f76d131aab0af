package org.statedict.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;
import org.statedict.tensor.Value;

/// The quasi-Newton method of limited memory of Broyden, Fletcher, Goldfarb and Shanno, over all
/// parameters as one vector; one step computes the loss up to `max_eval` times.
///
/// With `line_search_fn` `strong_wolfe` the length of each move is searched, else it is `lr`.
/// State, of the first parameter: `func_evals`, `n_iter`, `al`, `d`, `t`, `old_dirs`, `old_stps`,
/// `ro`, `H_diag`, `prev_flat_grad`, `prev_loss`. Nocedal and Wright, Numerical Optimization, 2006.
/// As `torch.optim.LBFGS`.
public final class Lbfgs extends Optimizer {
  /// The tensors of the state that span all parameters.
  static final Set<String> STATE = Set.of("d", "old_dirs", "old_stps", "prev_flat_grad");

  private static final double LEAST_CURVATURE = 1e-10;
  private static final Hyper DEFAULTS =
      Hyper.DEFAULT
          .with("lr", 1)
          .with("max_iter", 20)
          .with("max_eval", 25)
          .with("tolerance_grad", 1e-7)
          .with("tolerance_change", 1e-9)
          .with("history_size", 100)
          .with("line_search_fn", null);

  private final ParamGroup group;

  /// Without `max_eval` it is 5/4 of `max_iter`.
  public Lbfgs(List<Parameter> parameters, Hyper hyper) {
    super(withEvaluations(hyper), hyper, List.of(ParamGroup.of(parameters)));
    this.group = paramGroups().getFirst();
  }

  private static Hyper withEvaluations(Hyper hyper) {
    Value iterations = hyper.values().get("max_iter");
    return iterations == null ? DEFAULTS : DEFAULTS.with("max_eval", iterations.asLong() * 5 / 4);
  }

  @Override
  Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state) {
    throw new UnsupportedOperationException("L-BFGS needs the loss: call step with a closure");
  }

  @Override
  public void step() {
    throw new UnsupportedOperationException("L-BFGS needs the loss: call step with a closure");
  }

  /// A point on the way: the loss and its gradient there.
  record Point(double loss, Tensor gradient) {}

  @Override
  public Tensor step(Supplier<Tensor> closure) {
    ParamState state = stateOf(group.parameters().getFirst());
    state.put("func_evals", new Scalar.Int(count(state, "func_evals") + 1));
    state.put("n_iter", new Scalar.Int(count(state, "n_iter")));
    Tensor first = closure.get();
    Point here = new Point(first.item(), flatGradient());
    if (largest(here.gradient) > group.number("tolerance_grad")) {
      iterate(closure, here, state);
    }
    return first;
  }

  private static long count(ParamState state, String name) {
    return state.has(name) ? state.get(name).asLong() : 0;
  }

  private void iterate(Supplier<Tensor> closure, Point start, ParamState state) {
    Memory memory = Memory.of(state);
    Point here = start;
    long evaluations = 1;
    long iterations = 0;
    boolean done = false;
    while (!done) {
      iterations++;
      state.put("n_iter", new Scalar.Int(count(state, "n_iter") + 1));
      boolean ever = count(state, "n_iter") == 1;
      memory.turn(here.gradient, ever, (int) group.number("history_size"));
      memory.gradient = here.gradient;
      memory.loss = here.loss;
      double lr = group.number("lr");
      memory.length = ever ? Math.min(1, 1 / here.gradient.abs().sum().item()) * lr : lr;
      double slope = dot(here.gradient, memory.direction);
      if (slope > -group.number("tolerance_change")) {
        break;
      }
      Move move = move(closure, here, slope, memory, evaluations, iterations);
      here = move.point;
      evaluations += move.evaluations;
      state.put("func_evals", new Scalar.Int(count(state, "func_evals") + move.evaluations));
      done = isDone(here, memory, iterations, evaluations);
    }
    memory.save(state, (int) group.number("history_size"));
  }

  private boolean isDone(Point here, Memory memory, long iterations, long evaluations) {
    double change = group.number("tolerance_change");
    return iterations == (long) group.number("max_iter")
        || evaluations >= (long) group.number("max_eval")
        || largest(here.gradient) <= group.number("tolerance_grad")
        || largest(memory.direction.mul(memory.length)) <= change
        || Math.abs(here.loss - memory.loss) < change;
  }

  /// Where a move led, and how often the loss was computed for it.
  private record Move(Point point, long evaluations) {}

  private Move move(
      Supplier<Tensor> closure,
      Point here,
      double slope,
      Memory memory,
      long evaluations,
      long iterations) {
    if (group.get("line_search_fn") instanceof Scalar.Text search) {
      if (!search.value().equals("strong_wolfe")) {
        throw new IllegalArgumentException(
            "line_search_fn '%s': only 'strong_wolfe' is supported".formatted(search.value()));
      }
      return search(closure, here, slope, memory, evaluations);
    }
    add(memory.direction, memory.length);
    if (iterations == (long) group.number("max_iter")) {
      return new Move(here, 0);
    }
    return new Move(evaluate(closure), 1);
  }

  private Move search(
      Supplier<Tensor> closure, Point here, double slope, Memory memory, long evaluations) {
    List<Tensor> origin = group.parameters().stream().map(Parameter::value).toList();
    WolfeSearch search =
        new WolfeSearch(
            here,
            memory.direction,
            slope,
            group.number("tolerance_change"),
            length -> {
              add(memory.direction, length);
              Point there = evaluate(closure);
              for (int i = 0; i < origin.size(); i++) {
                group.parameters().get(i).set(origin.get(i));
              }
              return there;
            });
    WolfeSearch.Found found =
        search.from(memory.length, (long) group.number("max_eval") - evaluations);
    memory.length = found.length();
    add(memory.direction, found.length());
    return new Move(found.point(), found.evaluations());
  }

  private Point evaluate(Supplier<Tensor> closure) {
    double loss = closure.get().item();
    return new Point(loss, flatGradient());
  }

  private void add(Tensor direction, double length) {
    long at = 0;
    for (Parameter p : group.parameters()) {
      long count = p.value().elementCount();
      Tensor part = direction.slice(0, at, at + count).reshape(p.shape().toArray());
      p.set(Update.add(p.value().detach(), part, length));
      at += count;
    }
  }

  private Tensor flatGradient() {
    return Tensor.cat(
        0,
        group.parameters().stream()
            .map(p -> p.grad().orElseGet(() -> ParamState.zerosLike(p.value())).reshape(-1))
            .toList());
  }

  static double largest(Tensor x) {
    return x.abs().max(0).item();
  }

  static double dot(Tensor a, Tensor b) {
    return a.matmul(b).item();
  }

  /// What is known of the curvature.
  private static final class Memory {
    private final List<Tensor> gradientChanges = new ArrayList<>();
    private final List<Tensor> moves = new ArrayList<>();
    private final List<Double> inverses = new ArrayList<>();
    private double[] shares = new double[0];
    private Tensor direction = Tensor.zeros(0);
    private Tensor gradient = Tensor.zeros(0);
    private double length;
    private double scale = 1;
    private double loss;

    static Memory of(ParamState state) {
      Memory memory = new Memory();
      if (state.has("d")) {
        memory.direction = state.get("d").asTensor();
        memory.length = number(state.get("t"));
        state.get("old_dirs").asList().forEach(v -> memory.gradientChanges.add(v.asTensor()));
        state.get("old_stps").asList().forEach(v -> memory.moves.add(v.asTensor()));
        state.get("ro").asList().forEach(v -> memory.inverses.add(number(v)));
        memory.scale = number(state.get("H_diag"));
        memory.gradient = state.get("prev_flat_grad").asTensor();
        memory.loss = state.get("prev_loss").asDouble();
      }
      return memory;
    }

    private static double number(Value value) {
      return value instanceof Tensor tensor ? tensor.item() : value.asDouble();
    }

    /// Finds the direction for a gradient.
    void turn(Tensor now, boolean ever, int most) {
      if (ever) {
        direction = now.neg();
        return;
      }
      remember(now, most);
      int count = moves.size();
      shares = new double[count];
      Tensor q = now.neg();
      for (int i = count - 1; i >= 0; i--) {
        shares[i] = dot(moves.get(i), q) * inverses.get(i);
        q = Update.add(q, gradientChanges.get(i), -shares[i]);
      }
      Tensor r = q.mul(scale);
      for (int i = 0; i < count; i++) {
        double share = dot(gradientChanges.get(i), r) * inverses.get(i);
        r = Update.add(r, moves.get(i), shares[i] - share);
      }
      direction = r;
    }

    private void remember(Tensor now, int most) {
      Tensor change = now.sub(gradient);
      Tensor moved = direction.mul(length);
      double curvature = dot(change, moved);
      if (curvature > LEAST_CURVATURE) {
        if (moves.size() == most) {
          gradientChanges.removeFirst();
          moves.removeFirst();
          inverses.removeFirst();
        }
        gradientChanges.add(change);
        moves.add(moved);
        inverses.add(1 / curvature);
        scale = curvature / dot(change, change);
      }
    }

    void save(ParamState state, int most) {
      if (shares.length > 0) {
        List<Value> al = new ArrayList<>();
        for (int i = 0; i < most; i++) {
          al.add(i < shares.length ? Tensor.scalar(shares[i]) : Scalar.Nil.NONE);
        }
        state.put("al", Seq.of(Seq.Kind.LIST, al));
      }
      state.put("d", direction);
      state.put("t", Value.of(length));
      state.put("old_dirs", Seq.of(Seq.Kind.LIST, gradientChanges));
      state.put("old_stps", Seq.of(Seq.Kind.LIST, moves));
      state.put("ro", Seq.of(Seq.Kind.LIST, inverses.stream().map(Tensor::scalar).toList()));
      state.put("H_diag", moves.isEmpty() ? new Scalar.Int(1) : Tensor.scalar(scale));
      state.put("prev_flat_grad", gradient);
      state.put("prev_loss", Value.of(loss));
    }
  }
}
