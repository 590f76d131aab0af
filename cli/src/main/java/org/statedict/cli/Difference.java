package org.statedict.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.spi.Leaf;
import org.statedict.checkpoint.spi.LeafNames;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;

/// What differs between two checkpoints, entry by entry. Entries are matched by the names that
/// their trees give them, whatever names a format stores.
///
/// @param missing names of the first that the second lacks
/// @param added names of the second that the first lacks
record Difference(List<String> missing, List<String> added, List<Change> changed) {
  /// An entry that both have.
  ///
  /// @param what `dtype`, `shape`, `values` or `value`; with `--strict` also `structure`
  /// @param numbers how its elements differ, if that is the difference
  record Change(
      String name, String what, String a, String b, @Nullable ElementDifference numbers) {}

  boolean isEmpty() {
    return missing.isEmpty() && added.isEmpty() && changed.isEmpty();
  }

  static Difference of(
      Checkpoint a, Checkpoint b, Tolerance tolerance, boolean strict, Limits limits)
      throws IOException {
    SequencedMap<String, Value> left = leaves(a, limits);
    SequencedMap<String, Value> right = leaves(b, limits);
    Difference difference =
        new Difference(without(left, right), without(right, left), new ArrayList<>());
    for (Map.Entry<String, Value> entry : left.entrySet()) {
      Value other = right.get(entry.getKey());
      if (other != null) {
        change(entry.getKey(), entry.getValue(), other, tolerance)
            .ifPresent(difference.changed::add);
      }
    }
    if (strict && difference.isEmpty()) {
      String found = Values.difference(a.tree(), b.tree(), Values.Strictness.EVERYTHING);
      if (!found.isEmpty()) {
        difference.changed.add(new Change(found, "structure", "", "", null));
      }
    }
    a.requireUnchanged();
    b.requireUnchanged();
    return difference;
  }

  private static SequencedMap<String, Value> leaves(Checkpoint checkpoint, Limits limits)
      throws IOException {
    SequencedMap<String, Value> byName = new LinkedHashMap<>();
    Where where = Where.in(checkpoint.format());
    for (Leaf leaf : LeafNames.of(checkpoint.tree(), limits, where)) {
      byName.put(leaf.name(), leaf.value());
    }
    return byName;
  }

  private static List<String> without(Map<String, Value> these, Map<String, Value> those) {
    return these.keySet().stream().filter(name -> !those.containsKey(name)).toList();
  }

  private static Optional<Change> change(String name, Value a, Value b, Tolerance tolerance) {
    if (a instanceof Tensor one && b instanceof Tensor two) {
      return tensors(name, one, two, tolerance);
    }
    boolean empty = isEmptyContainer(a) && isEmptyContainer(b);
    if (empty || Values.same(a, b, Values.Strictness.VALUES)) {
      return Optional.empty();
    }
    return Optional.of(new Change(name, "value", a.toString(), b.toString(), null));
  }

  private static boolean isEmptyContainer(Value value) {
    return value instanceof Seq || value instanceof Dict;
  }

  private static Optional<Change> tensors(String name, Tensor a, Tensor b, Tolerance tolerance) {
    if (a.dtype() != b.dtype()) {
      return Optional.of(new Change(name, "dtype", a.dtype().label(), b.dtype().label(), null));
    }
    if (!a.shape().equals(b.shape())) {
      return Optional.of(
          new Change(name, "shape", a.shape().toString(), b.shape().toString(), null));
    }
    return ElementDifference.of(a, b, tolerance)
        .map(found -> new Change(name, "values", describe(a), describe(b), found));
  }

  private static String describe(Tensor tensor) {
    return tensor.dtype() + " " + tensor.shape();
  }
}
