package org.statedict.optim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import org.statedict.tensor.Dict;
import org.statedict.tensor.NoGrad;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Update;
import org.statedict.tensor.Value;

/// Changes parameters by their gradients, as PyTorch's optimizer of the same name does.
///
/// ```java
/// Optimizer optimizer = new Sgd(net.parameters(), Hyper.lr(0.001).with("momentum", 0.9));
/// optimizer.zeroGrad();
/// loss.backward();
/// optimizer.step();
/// ```
///
/// Hyper-parameters have PyTorch's names and defaults; those that only choose among PyTorch's
/// implementations (`foreach`, `fused`, `capturable`, `differentiable`) are kept and saved. Not
/// thread-safe.
public abstract class Optimizer {
  private final Hyper defaults;
  private final List<ParamGroup> groups;
  private final SequencedMap<Parameter, ParamState> states = new LinkedHashMap<>();
  private final SequencedMap<Value, Value> strangers = new LinkedHashMap<>();

  /// @param known all hyper-parameters of this class with their defaults, in PyTorch's order
  /// @throws IllegalArgumentException if a hyper-parameter is unknown or out of range, there is no
  ///   parameter, or one stands in two places
  Optimizer(Hyper known, Hyper hyper, List<ParamGroup> groups) {
    this.defaults = hyper.over(getClass().getSimpleName(), known);
    this.groups =
        groups.stream().map(g -> g.complete(getClass().getSimpleName(), defaults)).toList();
    this.groups.forEach(Optimizer::requireInRange);
    requireDistinct();
  }

  private static void requireInRange(ParamGroup group) {
    for (var option : group.options().entrySet()) {
      boolean number =
          option.getValue() instanceof Scalar.Real || option.getValue() instanceof Scalar.Int;
      if (number && !(option.getValue().asDouble() >= 0)) {
        throw new IllegalArgumentException(
            "Invalid %s value: %s; it must not be negative"
                .formatted(option.getKey(), option.getValue()));
      }
    }
  }

  private void requireDistinct() {
    Set<Parameter> seen = new HashSet<>();
    for (ParamGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        if (!seen.add(parameter)) {
          throw new IllegalArgumentException(
              "a parameter of shape %s stands in two places of the param groups"
                  .formatted(parameter.shape()));
        }
      }
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException("optimizer got an empty parameter list");
    }
  }

  /// The value after a step.
  ///
  /// @param p the value before
  /// @param g the gradient, negated if it is to be maximized
  /// @param state what is remembered of this parameter
  abstract Tensor updated(ParamGroup group, Tensor p, Tensor g, ParamState state);

  /// Whether a parameter without a gradient gets a state; Adagrad's do.
  void prepare(ParamGroup group, Tensor p, ParamState state) {}

  /// Changes every parameter that has a gradient.
  public void step() {
    try (NoGrad _ = NoGrad.begin()) {
      for (ParamGroup group : groups) {
        group.parameters().forEach(parameter -> step(group, parameter));
      }
    }
  }

  private void step(ParamGroup group, Parameter parameter) {
    if (parameter.grad().isPresent()) {
      Tensor g = parameter.grad().get();
      Tensor p = parameter.value().detach();
      Tensor along = group.flag("maximize") ? g.neg() : g;
      ParamState state = states.computeIfAbsent(parameter, _ -> new ParamState());
      parameter.set(updated(group, p, along, state));
    }
  }

  /// Computes a loss and its gradients, then changes the parameters; returns the loss.
  ///
  /// @param closure forgets the old gradients, computes the loss and its gradients
  public Tensor step(Supplier<Tensor> closure) {
    Tensor loss = closure.get();
    step();
    return loss;
  }

  /// Forgets all gradients.
  public final void zeroGrad() {
    groups.forEach(group -> group.parameters().forEach(Parameter::zeroGrad));
  }

  /// The groups of parameters, whose hyper-parameters may be changed; the list is unmodifiable.
  public final List<ParamGroup> paramGroups() {
    return groups;
  }

  final ParamState stateOf(Parameter parameter) {
    return states.computeIfAbsent(parameter, _ -> new ParamState());
  }

  final void prepareStates() {
    for (ParamGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        prepare(group, parameter.value().detach(), stateOf(parameter));
      }
    }
  }

  /// `g` with weight decay: `g + weight_decay * p`.
  static Tensor decayed(ParamGroup group, Tensor p, Tensor g) {
    double decay = group.number("weight_decay");
    return decay == 0 ? g : Update.add(g, p, decay);
  }

  /// The state in PyTorch's form: `state` by the numbers of the parameters, and `param_groups`.
  public final Dict stateDict() {
    Dict.Builder state = Dict.builder();
    List<Dict> saved = new ArrayList<>();
    int number = 0;
    for (ParamGroup group : groups) {
      saved.add(group.toDict(number));
      for (Parameter parameter : group.parameters()) {
        ParamState known = states.get(parameter);
        if (known != null && !known.isEmpty()) {
          state.put(new Scalar.Int(number), known.toDict());
        }
        number++;
      }
    }
    strangers.forEach(state::put);
    return Dict.of("state", state.build(), "param_groups", Seq.of(saved.toArray()));
  }

  /// Takes over a state_dict: what is remembered of each parameter, and the hyper-parameters.
  ///
  /// Parameters are matched by their names within their group if both sides have names, else by
  /// their positions. Numbers are converted to the types of the parameters; hyper-parameters that
  /// an older version did not have keep their defaults.
  ///
  /// @throws IllegalArgumentException if groups, names or shapes do not fit; nothing is changed
  ///   then
  public final void loadStateDict(Dict saved) {
    OptimizerLoader loader = new OptimizerLoader(groups, saved);
    SequencedMap<Parameter, ParamState> loaded = loader.states();
    loader.loadGroups(defaults);
    states.clear();
    states.putAll(loaded);
    strangers.clear();
    strangers.putAll(loader.strangers());
  }
}
