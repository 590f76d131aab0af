package org.statedict.checkpoint.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.spi.FlatHost.Structure;
import org.statedict.tensor.Dict;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Names the leaves of a tree: the steps to each, joined by dots, made unique.
///
/// A text key is a step as it is, an int key and a position in decimal, any other key as its
/// position in the dictionary. The parts of an object add no step, nor do `_parameters`, `_buffers`
/// and `_modules` of a module's state, so that a whole module's tensors have the names of its
/// state_dict. A name that is empty, reserved or taken gets `~2`, `~3`, ... appended.
///
/// In a format with groups, containers have names, too.
public final class LeafNames {
  private static final String ROOT = "value";
  private static final int FREE_VISITS = 100_000;
  private static final int VISITS_PER_NODE = 16;

  private final Limits limits;
  private final Where where;
  private final Structure structure;
  private final List<Leaf> leaves = new ArrayList<>();
  private final UniqueNames names = new UniqueNames();
  private final Set<Value> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
  private long visits;
  private long tensors;

  private LeafNames(Limits limits, Where where, Structure structure) {
    this.limits = limits;
    this.where = where;
    this.structure = structure;
  }

  /// The leaves in tree order. A shared container is listed at each of its places, as long as that
  /// stays in proportion to the number of distinct values.
  ///
  /// @param where the file, for messages
  /// @throws CheckpointException if the tree is too deep or has too many tensors, or sharing
  ///   multiplies it beyond measure
  public static List<Leaf> of(Value root, Limits limits, Where where) throws CheckpointException {
    return of(root, limits, where, Structure.LIST).leaves;
  }

  /// The leaves under the names that they have in a format of this structure.
  static LeafNames of(Value root, Limits limits, Where where, Structure structure)
      throws CheckpointException {
    LeafNames walk = new LeafNames(limits, where, structure);
    walk.visit(root, "", 0);
    return walk;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  /// The names that are taken, those of groups included.
  UniqueNames names() {
    return names;
  }

  private void visit(Value value, String path, int depth) throws CheckpointException {
    limits.check(Limit.VALUE_DEPTH, depth, where);
    distinct.add(value);
    if (++visits > FREE_VISITS + (long) VISITS_PER_NODE * distinct.size()) {
      throw limits.exceeded(Limit.TREE_NODES, "a tree whose shared parts multiply", where);
    }
    int before = leaves.size();
    boolean group = structure == Structure.GROUPS && depth > 0;
    String place = group ? names.claim(path.isEmpty() ? structure.root(ROOT) : path) : path;
    switch (value) {
      case Dict dict -> pairs(dict.entries().entrySet(), place, depth, false);
      case Seq seq -> items(seq.items(), place, depth);
      case Opaque object -> object(object, place, depth);
      default -> {}
    }
    if (leaves.size() == before) {
      if (value instanceof Tensor) {
        limits.check(Limit.TENSORS, ++tensors, where);
      }
      String wanted = depth == 0 ? structure.root(ROOT) : path;
      leaves.add(new Leaf(group ? place : names.claim(wanted), wanted, value));
    }
  }

  private void pairs(
      Iterable<Map.Entry<Value, Value>> pairs, String path, int depth, boolean module)
      throws CheckpointException {
    int position = 0;
    for (Map.Entry<Value, Value> pair : pairs) {
      String step = step(pair.getKey(), position++);
      boolean silent = module && ModuleTree.PARTS.contains(step);
      if (silent && pair.getValue() instanceof Dict part) {
        pairs(part.entries().entrySet(), path, depth, false);
      } else {
        visit(pair.getValue(), join(path, step, depth), depth + 1);
      }
    }
  }

  private void items(List<Value> items, String path, int depth) throws CheckpointException {
    for (int i = 0; i < items.size(); i++) {
      visit(items.get(i), join(path, Integer.toString(i), depth), depth + 1);
    }
  }

  private void object(Opaque object, String path, int depth) throws CheckpointException {
    for (Map.Entry<String, Value> part : PartNames.of(object)) {
      visit(part.getValue(), join(path, part.getKey(), depth), depth + 1);
    }
    Value state = object.state().orElse(Scalar.Nil.NONE);
    if (state instanceof Dict dict) {
      pairs(dict.entries().entrySet(), path, depth, ModuleTree.isState(dict));
    } else if (object.state().isPresent()) {
      visit(state, path, depth + 1);
    }
    items(object.items(), path, depth);
    pairs(object.pairs(), path, depth, false);
  }

  private String join(String path, String step, int depth) {
    return depth == 0 ? structure.root(step) : structure.below(path, step);
  }

  /// The step for a dictionary's key at this position.
  static String step(Value key, int position) {
    return switch (key) {
      case Scalar.Text text -> text.value();
      case Scalar.Int number -> Long.toString(number.value());
      case Scalar.BigInt number -> number.value().toString();
      default -> Integer.toString(position);
    };
  }

  /// Hands out each name once.
  static final class UniqueNames {
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> next = new HashMap<>();

    /// `wanted`, or `wanted~2`, `wanted~3`, ... where it is empty, reserved or taken.
    String claim(String wanted) {
      String name = wanted;
      int number = next.getOrDefault(wanted, 2);
      while ((name.equals(wanted) && isReserved(wanted)) || !taken.add(name)) {
        name = wanted + "~" + number++;
      }
      next.put(wanted, number);
      return name;
    }

    private static boolean isReserved(String name) {
      return name.isEmpty() || name.equals("__metadata__") || name.startsWith("statedict.");
    }
  }
}
