package org.statedict.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Parameters that are trained with the same hyper-parameters.
///
/// Those of an optimizer change: schedulers set the learning rate, loading a state_dict all.
public final class ParamGroup {
  static final String PARAMS = "params";
  static final String NAMES = "param_names";

  private final List<Parameter> parameters;
  private final SequencedMap<String, Value> options;

  private ParamGroup(List<Parameter> parameters, SequencedMap<String, Value> options) {
    this.parameters = List.copyOf(parameters);
    this.options = options;
  }

  /// Parameters without names.
  public static ParamGroup of(List<Parameter> parameters) {
    return new ParamGroup(parameters, new LinkedHashMap<>());
  }

  /// Parameters whose names are saved with them, as those of `NnModule.namedParameters`: loading a
  /// state_dict then goes by names.
  public static ParamGroup named(SequencedMap<String, Parameter> parameters) {
    SequencedMap<String, Value> options = new LinkedHashMap<>();
    options.put(NAMES, Seq.of(parameters.keySet().toArray()));
    return new ParamGroup(List.copyOf(parameters.values()), options);
  }

  /// The same parameters with a hyper-parameter of their own.
  public ParamGroup with(Hyper own) {
    SequencedMap<String, Value> all = new LinkedHashMap<>(options);
    all.putAll(own.values());
    return new ParamGroup(parameters, all);
  }

  /// A copy that has every hyper-parameter of `defaults`.
  ParamGroup complete(String optimizer, Hyper defaults) {
    for (String name : options.keySet()) {
      if (!name.equals(NAMES) && !defaults.values().containsKey(name)) {
        throw new IllegalArgumentException(
            "%s has no hyper-parameter '%s'; it has %s"
                .formatted(optimizer, name, defaults.values().keySet()));
      }
    }
    SequencedMap<String, Value> all = new LinkedHashMap<>(options);
    defaults.values().forEach(all::putIfAbsent);
    return new ParamGroup(parameters, all);
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /// The names of the parameters, if they have any.
  public Optional<List<String>> names() {
    return Optional.ofNullable(options.get(NAMES))
        .map(names -> names.asList().stream().map(Value::asText).toList());
  }

  /// What a message calls a parameter.
  String nameOf(int index) {
    return names().map(all -> "'" + all.get(index) + "'").orElse("" + index);
  }

  /// A hyper-parameter.
  ///
  /// @throws NoSuchElementException if there is none of this name
  public Value get(String name) {
    Value value = options.get(name);
    if (value == null) {
      throw new NoSuchElementException(
          "the param group has no '%s', only %s".formatted(name, options.keySet()));
    }
    return value;
  }

  public boolean has(String name) {
    return options.containsKey(name);
  }

  /// A hyper-parameter that is a number, or a tensor of one.
  public double number(String name) {
    return get(name) instanceof Tensor tensor ? tensor.item() : get(name).asDouble();
  }

  /// One of a pair of numbers.
  double number(String name, int index) {
    return get(name).at(index).asDouble();
  }

  /// Whether a hyper-parameter is set; one that is missing is not.
  boolean flag(String name) {
    return options.get(name) instanceof Scalar.Bool set && set.value();
  }

  /// Sets a hyper-parameter.
  public void set(String name, Object value) {
    options.put(name, Value.of(value));
  }

  /// Sets all hyper-parameters.
  void replace(SequencedMap<String, Value> others) {
    options.clear();
    options.putAll(others);
  }

  SequencedMap<String, Value> options() {
    return options;
  }

  /// The group as it is saved: the hyper-parameters, then the numbers of the parameters.
  Dict toDict(int first) {
    Dict.Builder dict = Dict.builder();
    options.forEach(dict::put);
    Object[] numbers = IntStream.range(first, first + parameters.size()).boxed().toArray();
    return dict.put(PARAMS, Seq.of(numbers)).build();
  }
}
