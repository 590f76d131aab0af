package org.statedict.tensor;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A whole model as `torch.save(model)` wrote it, read by names alone: an object whose state has
/// `_parameters`, `_buffers` and `_modules`. Of what class it is does not matter.
public final class ModuleTree {
  /// The members of a module's state that hold its tensors and modules.
  public static final List<String> PARTS = List.of("_parameters", "_buffers", "_modules");

  /// Modules that stand in many places can make more entries than memory holds.
  private static final int MOST_ENTRIES = 1_000_000;

  /// The packages whose modules write version 2 of their state.
  private static final Set<String> SECOND_VERSION =
      Set.of("torch.nn.modules.batchnorm", "torch.nn.modules.instancenorm");

  private final Dict.Builder state = Dict.builder(Dict.Kind.ORDERED);
  private final Dict.Builder metadata = Dict.builder(Dict.Kind.ORDERED);
  private int entries;

  private ModuleTree() {}

  /// Whether a value is a whole model.
  public static boolean isModule(Value value) {
    return value instanceof Opaque object
        && object.state().orElse(null) instanceof Dict attributes
        && isState(attributes);
  }

  /// Whether a dictionary is the state of a module.
  public static boolean isState(Dict attributes) {
    return PARTS.stream().allMatch(part -> attributes.get(part).isPresent());
  }

  /// What `model.state_dict()` gives: parameters, then buffers that are saved, then the modules in
  /// it, in their order, without what is `None`; the version of each module in `_metadata`.
  ///
  /// What a class of a user's own adds by methods of its own is not there.
  ///
  /// @throws ClassCastException if the value is no model, or a part of it is of another kind; the
  ///   message names the path
  public static StateDict stateDict(Value model) {
    ModuleTree tree = new ModuleTree();
    tree.add("", model);
    return StateDict.of(tree.state.attributes(Dict.of("_metadata", tree.metadata.build())).build());
  }

  /// One of the three parts of a module's state.
  ///
  /// @throws ClassCastException if the value is no module
  public static Dict part(String path, Value module, String part) {
    if (!isModule(module)) {
      throw new ClassCastException(
          "%s is %s, not a module"
              .formatted(path.isEmpty() ? "the value" : "'" + path + "'", Values.kindOf(module)));
    }
    Dict attributes = ((Opaque) module).state().orElseThrow().asDict();
    return attributes.get(part).orElse(Dict.EMPTY) instanceof Dict found ? found : Dict.EMPTY;
  }

  private void add(String path, Value module) {
    String prefix = path.isEmpty() ? "" : path + ".";
    count(path);
    metadata.put(path, Dict.of("version", version(module)));
    tensors(prefix, part(path, module, "_parameters"), Set.of());
    tensors(prefix, part(path, module, "_buffers"), transients((Opaque) module));
    part(path, module, "_modules")
        .entries()
        .forEach((name, child) -> {
          if (child != Scalar.Nil.NONE) {
            add(prefix + name.asText(), child);
          }
        });
  }

  private void count(String path) {
    if (++entries > MOST_ENTRIES) {
      throw new ClassCastException(
          "more than %d modules and tensors up to '%s'; one module stands in too many places"
              .formatted(MOST_ENTRIES, path));
    }
  }

  private void tensors(String prefix, Dict named, Set<String> left) {
    named
        .entries()
        .forEach((key, value) -> {
          String name = key.asText();
          if (value != Scalar.Nil.NONE && !left.contains(name)) {
            count(prefix + name);
            state.put(prefix + name, tensor(prefix + name, value).detach());
          }
        });
  }

  private static Tensor tensor(String path, Value value) {
    if (value instanceof Tensor tensor) {
      return tensor;
    }
    throw new ClassCastException("'%s' is %s, not a tensor".formatted(path, Values.kindOf(value)));
  }

  /// The names of buffers that are not saved.
  private static Set<String> transients(Opaque module) {
    Value names =
        module.state().orElseThrow().asDict().get("_non_persistent_buffers_set").orElse(Seq.of());
    return names instanceof Seq seq
        ? seq.items().stream().map(Value::toString).collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  private static int version(Value module) {
    String name = module instanceof Opaque object ? object.className() : "";
    int dot = name.lastIndexOf('.');
    return dot >= 0 && SECOND_VERSION.contains(name.substring(0, dot)) ? 2 : 1;
  }
}
