package org.statedict.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Reads an optimizer's state_dict for some groups of parameters.
final class OptimizerLoader {
  private final List<ParamGroup> groups;
  private final List<Dict> saved;
  private final Dict state;
  private final SequencedMap<Value, Value> strangers = new LinkedHashMap<>();

  OptimizerLoader(List<ParamGroup> groups, Dict dict) {
    this.groups = groups;
    this.saved = required(dict, "param_groups").asList().stream().map(Value::asDict).toList();
    this.state = required(dict, "state").asDict();
    if (saved.size() != groups.size()) {
      throw new IllegalArgumentException(
          "loaded state dict has a different number of parameter groups: %d, not %d"
              .formatted(saved.size(), groups.size()));
    }
    for (int i = 0; i < groups.size(); i++) {
      requireFit(i);
    }
  }

  private static Value required(Dict dict, String key) {
    return dict.get(key)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not an optimizer's state_dict: it has no '%s', only %s"
                    .formatted(key, dict.entries().keySet())));
  }

  private void requireFit(int i) {
    int there = numbers(saved.get(i)).size();
    int here = groups.get(i).parameters().size();
    if (there != here) {
      throw new IllegalArgumentException(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group: group %d has %d parameters there, %d here"
              .formatted(i, there, here));
    }
  }

  private static List<Value> numbers(Dict group) {
    return required(group, ParamGroup.PARAMS).asList();
  }

  /// The state of each parameter that has one.
  SequencedMap<Parameter, ParamState> states() {
    Map<Value, Place> places = places();
    SequencedMap<Parameter, ParamState> states = new LinkedHashMap<>();
    state
        .entries()
        .forEach((number, entry) -> {
          Place place = places.get(number);
          if (place == null) {
            strangers.put(number, entry);
          } else {
            states.put(place.parameter(), state(place, entry.asDict()));
          }
        });
    return states;
  }

  /// The states of numbers that no group has.
  SequencedMap<Value, Value> strangers() {
    return strangers;
  }

  /// A parameter here.
  private record Place(ParamGroup group, int index) {
    Parameter parameter() {
      return group.parameters().get(index);
    }
  }

  /// Which parameter each number of the file stands for.
  private Map<Value, Place> places() {
    Map<Value, Place> places = new HashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      List<Value> numbers = numbers(saved.get(i));
      List<Integer> order = order(groups.get(i), saved.get(i));
      for (int j = 0; j < numbers.size(); j++) {
        places.put(numbers.get(j), new Place(groups.get(i), order.get(j)));
      }
    }
    return places;
  }

  /// Where in the group here each parameter of a group of the file stands.
  private static List<Integer> order(ParamGroup group, Dict there) {
    Optional<List<String>> here = group.names();
    Optional<List<String>> names =
        there.get(ParamGroup.NAMES).map(list -> list.asList().stream().map(Value::asText).toList());
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < group.parameters().size(); i++) {
      order.add(here.isPresent() && names.isPresent() ? index(here.get(), names.get().get(i)) : i);
    }
    return order;
  }

  private static int index(List<String> names, String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "the state_dict has a parameter '%s', the optimizer only %s".formatted(name, names));
    }
    return index;
  }

  private static ParamState state(Place place, Dict entries) {
    ParamState state = new ParamState();
    entries
        .entries()
        .forEach((key, value) -> {
          String name = key.asText();
          boolean step = name.equals(ParamState.STEP);
          state.put(name, step ? step(value) : converted(place, name, value));
        });
    return state;
  }

  /// Old versions count steps with an integer.
  private static Value step(Value value) {
    return value instanceof Tensor ? value : Tensor.scalar(value.asDouble());
  }

  private static Value converted(Place place, String name, Value value) {
    return switch (value) {
      case Tensor tensor -> converted(place, name, tensor);
      case Seq seq ->
          Seq.of(seq.kind(), seq.items().stream().map(v -> converted(place, name, v)).toList());
      default -> value;
    };
  }

  private static Tensor converted(Place place, String name, Tensor tensor) {
    Parameter parameter = place.parameter();
    boolean number = tensor.shape().rank() == 0;
    boolean flat = Lbfgs.STATE.contains(name);
    if (!number && !flat && !tensor.shape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          "state '%s' of parameter %s has shape %s, the parameter has %s; it was saved for another model"
              .formatted(
                  name, place.group().nameOf(place.index()), tensor.shape(), parameter.shape()));
    }
    DType dtype = parameter.dtype();
    return number || !dtype.isFloatingPoint() ? tensor.copy() : tensor.to(dtype).copy();
  }

  /// Puts the file's hyper-parameters into the groups, those that it lacks from `defaults`.
  void loadGroups(Hyper defaults) {
    for (int i = 0; i < groups.size(); i++) {
      ParamGroup group = groups.get(i);
      SequencedMap<String, Value> options = new LinkedHashMap<>();
      saved.get(i).entries().forEach((key, value) -> options.put(key.asText(), value));
      options.remove(ParamGroup.PARAMS);
      group.names().ifPresent(names -> options.put(ParamGroup.NAMES, Seq.of(names.toArray())));
      defaults.values().forEach(options::putIfAbsent);
      group.replace(options);
    }
  }
}
