package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Storages;
import org.statedict.checkpoint.SaveOptions.Tree;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// The tree convention, version 1: any value as named tensors and one JSON text, and back.
///
/// A flat dictionary of text to independent tensors is stored plain, as other tools store it,
/// unless the options ask for the tree.
public final class FlatTree {
  /// The key of the text in a file's metadata.
  public static final String KEY = "statedict.tree";

  private FlatTree() {}

  /// Works out how `value` is stored. No tensor data is read.
  ///
  /// @param target the file to be written, for messages
  /// @throws UnsupportedValueException if the value has no form that the options allow
  public static Flat flatten(Value value, String target, FlatHost host, SaveOptions options)
      throws IOException {
    return options.tree() != Tree.ALWAYS && ModuleTree.isModule(value)
        ? ofModule(value, target, host, options)
        : flattened(value, target, host, options);
  }

  /// A whole model is stored as its state_dict unless the tree is asked for.
  private static Flat ofModule(Value model, String target, FlatHost host, SaveOptions options)
      throws IOException {
    StateDict state;
    try {
      state = ModuleTree.stateDict(model);
    } catch (ClassCastException e) {
      throw new UnsupportedValueException(target, "" + e.getMessage());
    }
    Flat flat = flattened(state, target, host, options);
    List<Loss> lost = new ArrayList<>(flat.lost());
    lost.addFirst(
        new Loss("the model's classes and hyper-parameters, which the tree would keep", false));
    return new Flat(flat.tensors(), flat.tree(), lost);
  }

  private static Flat flattened(Value value, String target, FlatHost host, SaveOptions options)
      throws IOException {
    LeafNames names = names(value, target, host, options.limits());
    List<Leaf> leaves = names.leaves();
    requireInProportion(leaves, target, options.limits());
    PlainForm plain = new PlainForm(value, target, host, options);
    return switch (options.tree()) {
      case ALWAYS -> withTree(value, names, target, host, options);
      case NEVER -> plain.forced(leaves);
      case AUTO -> {
        Optional<Flat> natural = plain.natural();
        yield natural.isPresent() ? natural.get() : withTree(value, names, target, host, options);
      }
    };
  }

  private static LeafNames names(Value value, String target, FlatHost host, Limits limits)
      throws UnsupportedValueException {
    try {
      return LeafNames.of(value, limits, Where.in(target), host.structure());
    } catch (CheckpointException e) {
      throw new UnsupportedValueException(target, e.problem());
    }
  }

  private static void requireInProportion(List<Leaf> leaves, String target, Limits limits)
      throws CheckpointException {
    for (Leaf leaf : leaves) {
      if (leaf.value() instanceof Tensor tensor) {
        limits.checkExpansion(
            tensor.byteSize(),
            tensor.storage().byteSize(),
            Where.in(target).entry("tensor '" + leaf.name() + "'"));
      }
    }
  }

  private static Flat withTree(
      Value value, LeafNames names, String target, FlatHost host, SaveOptions options)
      throws IOException {
    boolean keep = options.storages() == Storages.KEEP;
    StoredTensors stored = new StoredTensors(target, host, keep, Sharing.of(value, keep), names);
    String text = new TreeWriter(stored, target, options.limits()).write(value);
    List<Loss> lost = new ArrayList<>(stored.lost());
    SequencedMap<String, Tensor> tensors =
        host.hasGroups() ? stored.linked(names.leaves()) : stored.tensors();
    return new Flat(tensors, Optional.of(text), lost);
  }
}
