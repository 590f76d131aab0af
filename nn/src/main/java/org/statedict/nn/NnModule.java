package org.statedict.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// A part of a network: parameters, buffers and other modules under names, whose state_dict has
/// PyTorch's names, shapes and order.
///
/// A constructor registers what the module has:
///
/// ```java
/// final class Mlp extends NnModule implements Layer {
///   private final Linear hidden = child("hidden", new Linear(3, 2));
///   private final Relu act = child("act", new Relu());
///   private final Linear output = child("output", new Linear(2, 1));
///
///   public Tensor forward(Tensor x) {
///     return output.forward(act.forward(hidden.forward(x)));
///   }
/// }
/// ```
///
/// There is no `forward` here, since modules differ in what they take; [Layer] is that of most.
/// Names are PyTorch's, so that its files fit. Not thread-safe.
public abstract class NnModule {
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final SequencedMap<String, Buffer> buffers = new LinkedHashMap<>();
  private final SequencedMap<String, NnModule> children = new LinkedHashMap<>();
  private @Nullable NnModule parent;
  private String name = "";
  private boolean training = true;

  /// Registers a parameter with its initial value.
  protected final Parameter parameter(String name, Tensor initial) {
    return parameter(name, new Parameter(initial));
  }

  /// Registers a parameter that another module may have, too: their weights are tied.
  protected final Parameter parameter(String name, Parameter shared) {
    requireFree(name);
    parameters.put(name, shared);
    return shared;
  }

  /// Registers a parameter if it is wanted; its initial value is not drawn otherwise.
  final Optional<Parameter> optional(boolean wanted, String name, Supplier<Tensor> initial) {
    return wanted ? Optional.of(parameter(name, initial.get())) : Optional.empty();
  }

  /// Registers a buffer that is saved.
  protected final Buffer buffer(String name, Tensor initial) {
    return buffer(name, new Buffer(initial, Buffer.Kind.PERSISTENT));
  }

  /// Registers a buffer.
  protected final Buffer buffer(String name, Buffer buffer) {
    requireFree(name);
    buffers.put(name, buffer);
    return buffer;
  }

  /// Registers a module.
  protected final <M extends NnModule> M child(String name, M module) {
    requireFree(name);
    NnModule base = module;
    base.parent = this;
    base.name = name;
    children.put(name, module);
    return module;
  }

  private void requireFree(String wanted) {
    boolean taken =
        parameters.containsKey(wanted)
            || buffers.containsKey(wanted)
            || children.containsKey(wanted);
    if (taken || wanted.isEmpty() || wanted.contains(".")) {
      throw new IllegalArgumentException(
          "'%s' is taken, empty or has a dot; %s needs another name"
              .formatted(wanted, pythonName()));
    }
  }

  /// The class's name in PyTorch, which messages and `toString` use.
  public String pythonName() {
    return getClass().getSimpleName();
  }

  /// The hyper-parameters as PyTorch prints them, empty if there is none to print.
  protected String description() {
    return "";
  }

  /// What else an object of the Python class of this name has: plain attributes that its code asks
  /// for. `TorchModules.describe` writes them; nothing here reads them.
  protected Dict pythonFields() {
    return Dict.EMPTY;
  }

  /// The version of this class's state_dict, which PyTorch saves with it.
  protected int stateVersion() {
    return 1;
  }

  /// Whether a state_dict of an older version may lack the parameter or buffer `name`.
  ///
  /// @param version that of the state_dict, 0 if it says none
  protected boolean mayLack(String name, long version) {
    return false;
  }

  /// What else belongs to the state, usually nothing: the entry `_extra_state`.
  protected Optional<Value> extraState() {
    return Optional.empty();
  }

  /// Takes back what [#extraState()] gave.
  protected void loadExtraState(Value state) {
    throw new UnsupportedOperationException(pythonName() + " has no extra state");
  }

  /// The names that lead here from the outermost module, joined by dots.
  public final String path() {
    return parent == null || parent.path().isEmpty() ? name : parent.path() + "." + name;
  }

  /// This module's own parameters.
  final SequencedMap<String, Parameter> ownParameters() {
    return parameters;
  }

  /// This module's own buffers.
  final SequencedMap<String, Buffer> ownBuffers() {
    return buffers;
  }

  /// The modules registered in this one, by name, unmodifiable.
  public final SequencedMap<String, NnModule> children() {
    return Collections.unmodifiableSequencedMap(children);
  }

  /// All parameters, one that stands in several places once.
  public final List<Parameter> parameters() {
    return List.copyOf(namedParameters().values());
  }

  /// All parameters by path, one that stands in several places once.
  public final SequencedMap<String, Parameter> namedParameters() {
    SequencedMap<String, Parameter> named = new LinkedHashMap<>();
    Set<Parameter> seen = new HashSet<>();
    visit(
        "",
        (prefix, module) ->
            module.parameters.forEach((key, parameter) -> {
              if (seen.add(parameter)) {
                named.put(prefix + key, parameter);
              }
            }));
    return named;
  }

  /// All buffers by path, saved or not.
  public final SequencedMap<String, Buffer> namedBuffers() {
    SequencedMap<String, Buffer> named = new LinkedHashMap<>();
    visit(
        "",
        (prefix, module) ->
            module.buffers.forEach((key, buffer) -> named.putIfAbsent(prefix + key, buffer)));
    return named;
  }

  /// Calls `visitor` for this module and all below, depth first, with the prefix of their names.
  final void visit(String prefix, BiConsumer<String, NnModule> visitor) {
    visitor.accept(prefix, this);
    children.forEach((key, module) -> module.visit(prefix + key + ".", visitor));
  }

  /// All tensors that make up the state: a snapshot that shares memory with the parameters and does
  /// not change when they do.
  public final StateDict stateDict() {
    return StateWriter.stateDict(this);
  }

  /// Loads a state_dict that must have all entries, and no others; see [#loadStateDict(StateDict,
  /// Match)].
  public final LoadReport loadStateDict(StateDict state) {
    return loadStateDict(state, Match.STRICT);
  }

  /// Puts the tensors of a state_dict into the parameters and buffers of the same names, converted
  /// to their types. What fits is loaded even if something else does not.
  ///
  /// @return which entries were missing or unexpected, both empty if `match` is strict
  /// @throws StateDictMismatchException if a shape differs, or `match` is strict and entries are
  ///   missing or unexpected; the message lists all of them
  public final LoadReport loadStateDict(StateDict state, Match match) {
    return new StateLoader(state).load(this, match);
  }

  /// Sets whether this module and all below behave as in training: dropout drops, normalizations
  /// follow the batch.
  public final void train(boolean wanted) {
    visit("", (_, module) -> module.training = wanted);
  }

  /// As in training.
  public final void train() {
    train(true);
  }

  /// As in use.
  public final void eval() {
    train(false);
  }

  public final boolean isTraining() {
    return training;
  }

  /// Forgets all gradients.
  public final void zeroGrad() {
    parameters().forEach(Parameter::zeroGrad);
  }

  /// Converts all parameters and buffers of floating point to another such type.
  public final void to(DType dtype) {
    parameters().forEach(parameter -> parameter.set(parameter.value().detach().to(dtype)));
    for (Buffer buffer : namedBuffers().values()) {
      if (buffer.value().dtype().isFloatingPoint()) {
        buffer.set(buffer.value().to(dtype));
      }
    }
  }

  /// Sets whether this module alone behaves as in training.
  final void trainAlone(boolean wanted) {
    training = wanted;
  }

  /// The exception for an input that this module cannot take.
  final IllegalArgumentException misfit(String takes, Tensor input) {
    String here = path().isEmpty() ? "" : path() + ": ";
    return new IllegalArgumentException(
        "%s%s(%s) takes %s, not %s %s"
            .formatted(here, pythonName(), description(), takes, input.dtype(), input.shape()));
  }

  /// How this module's children are printed.
  List<String> childLines() {
    List<String> lines = new ArrayList<>();
    children.forEach((key, module) -> lines.add("(" + key + "): " + module));
    return lines;
  }

  /// The module as PyTorch prints it.
  @Override
  public final String toString() {
    return ModulePrinter.print(pythonName(), description(), childLines());
  }
}
