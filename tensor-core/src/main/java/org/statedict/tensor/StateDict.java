package org.statedict.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A dictionary of names to tensors: what a module saves and loads.
///
/// An entry whose name ends in `_extra_state` may hold any value; it stands in [#extra()].
public final class StateDict extends Dict {
  private static final String EXTRA = "_extra_state";

  private final SequencedMap<String, Tensor> tensors;

  private StateDict(Dict dict, SequencedMap<String, Tensor> tensors) {
    super(dict.kind(), dict.entries(), dict.attributes());
    this.tensors = tensors;
  }

  /// `dict` as a state_dict, with the same entries and attributes.
  ///
  /// @throws ClassCastException if an entry does not fit; the message names it
  public static StateDict of(Dict dict) {
    if (dict instanceof StateDict already) {
      return already;
    }
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    dict.entries().forEach((key, value) -> addEntry(tensors, key, value));
    return new StateDict(dict, Collections.unmodifiableSequencedMap(tensors));
  }

  /// A state_dict of `tensors` in their order.
  public static StateDict of(SequencedMap<String, Tensor> tensors) {
    Builder dict = Dict.builder(Kind.ORDERED);
    tensors.forEach(dict::put);
    return of(dict.build());
  }

  private static void addEntry(Map<String, Tensor> tensors, Value key, Value value) {
    if (!(key instanceof Scalar.Text name)) {
      throw new ClassCastException(
          "not a state_dict: key " + key + " is " + Values.kindOf(key) + ", not a string");
    }
    if (value instanceof Tensor tensor) {
      tensors.put(name.value(), tensor);
    } else if (!name.value().endsWith(EXTRA)) {
      throw new ClassCastException(
          "not a state_dict: entry '%s' is %s, not a tensor; select the state_dict inside with at(\"...\")"
              .formatted(name.value(), Values.kindOf(value)));
    }
  }

  /// The tensors by name, in order, unmodifiable.
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  /// The tensor of this name.
  ///
  /// @throws NoSuchElementException if there is no tensor of this name
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException(
          "no tensor '" + name + "' among " + tensors.size() + " of this state_dict");
    }
    return tensor;
  }

  /// The entries that are no tensors.
  public Dict extra() {
    Builder rest = Dict.builder();
    entries()
        .forEach((key, value) -> {
          if (!(value instanceof Tensor)) {
            rest.put(key, value);
          }
        });
    return rest.build();
  }

  /// The entries whose names `keep` accepts.
  public StateDict filter(Predicate<String> keep) {
    return rebuilt(name -> name, keep);
  }

  /// The same entries under new names.
  ///
  /// @throws IllegalArgumentException if two entries get one name
  public StateDict renameKeys(UnaryOperator<String> rename) {
    return rebuilt(rename, name -> true);
  }

  /// The entries without `prefix` where their names begin with it, as PyTorch's own helper for
  /// models saved by `DataParallel` does: renamed entries move to the end, and `_metadata` follows.
  ///
  /// @throws IllegalArgumentException if two entries get one name
  public StateDict stripPrefix(String prefix) {
    Builder attributes = Dict.builder();
    attributes().entries().forEach(attributes::put);
    if (attributes().get("_metadata").orElse(null) instanceof Dict metadata) {
      String bare = prefix.replace(".", "");
      attributes.put("_metadata", strip(metadata, prefix, path -> path.equals(bare)));
    }
    Dict stripped = strip(this, prefix, name -> false);
    if (stripped.size() != size()) {
      throw new IllegalArgumentException(
          "without '%s' two entries would have one name".formatted(prefix));
    }
    return of(new Dict(stripped.kind(), stripped.entries(), attributes.build()));
  }

  /// The entries of `dict`, those whose keys begin with `prefix` (or are `alsoStripped`) renamed
  /// and moved to the end.
  private static Dict strip(Dict dict, String prefix, Predicate<String> alsoStripped) {
    Builder kept = Dict.builder(dict.kind());
    SequencedMap<String, Value> renamed = new LinkedHashMap<>();
    dict.entries()
        .forEach((key, value) -> {
          String name = key.asText();
          if (name.startsWith(prefix) || alsoStripped.test(name)) {
            renamed.put(name.substring(Math.min(prefix.length(), name.length())), value);
          } else {
            kept.put(key, value);
          }
        });
    renamed.forEach(kept::put);
    return kept.build();
  }

  private StateDict rebuilt(UnaryOperator<String> rename, Predicate<String> keep) {
    Builder dict = Dict.builder(kind()).attributes(attributes());
    entries()
        .forEach((key, value) -> {
          String name = key.asText();
          if (keep.test(name)) {
            Scalar.Text renamed = new Scalar.Text(rename.apply(name));
            if (dict.contains(renamed)) {
              throw new IllegalArgumentException(
                  "two entries would be called '" + renamed.value() + "'");
            }
            dict.put(renamed, value);
          }
        });
    return of(dict.build());
  }
}
