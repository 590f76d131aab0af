package org.statedict.checkpoint.spi;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Storages;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;

/// A value as other tools store it: tensors by name and nothing else.
final class PlainForm {
  private final Value value;
  private final String target;
  private final FlatHost host;
  private final SaveOptions options;

  PlainForm(Value value, String target, FlatHost host, SaveOptions options) {
    this.value = value;
    this.target = target;
    this.host = host;
    this.options = options;
  }

  /// The plain form of a flat dictionary of text to independent tensors that the host can hold;
  /// what it drops is soft. Empty if the value is anything more.
  Optional<Flat> natural() {
    if (!(value instanceof Dict dict) || !dict.entries().entrySet().stream().allMatch(this::fits)) {
      return Optional.empty();
    }
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    dict.entries().forEach((key, entry) -> tensors.put(nameOf((Scalar.Text) key), (Tensor) entry));
    if (!areIndependent(tensors.values())) {
      return Optional.empty();
    }
    List<Loss> lost = new ArrayList<>();
    softLosses(dict, lost);
    tensors.forEach((name, tensor) -> traitLosses(name, tensor, lost));
    return Optional.of(new Flat(tied(tensors), Optional.empty(), lost));
  }

  private String nameOf(Scalar.Text key) {
    return host.structure().root(key.value());
  }

  /// Where tensors are the same, the same instance.
  private static SequencedMap<String, Tensor> tied(SequencedMap<String, Tensor> tensors) {
    IdentityHashMap<Storage, Tensor> first = new IdentityHashMap<>();
    SequencedMap<String, Tensor> tied = new LinkedHashMap<>();
    tensors.forEach((name, t) -> {
      boolean alone = t.elementCount() == 0;
      tied.put(name, alone ? t : first.computeIfAbsent(t.storage(), _ -> t));
    });
    return tied;
  }

  private boolean fits(Map.Entry<Value, Value> entry) {
    return entry.getKey() instanceof Scalar.Text name
        && host.names().test(nameOf(name))
        && entry.getValue() instanceof Tensor tensor
        && host.dtypes().contains(tensor.dtype())
        && tensor.traits().attributes().size() == 0
        && !tensor.traits().numpy()
        && !tensor.traits().bareStorage();
  }

  /// Whether no two tensors share a storage, unless they are one tensor with several names and the
  /// host has such; and, where storages are kept, each is its whole storage.
  private boolean areIndependent(Iterable<Tensor> tensors) {
    boolean keep = options.storages() == Storages.KEEP;
    IdentityHashMap<Storage, Tensor> seen = new IdentityHashMap<>();
    for (Tensor tensor : tensors) {
      Tensor other = seen.put(tensor.storage(), tensor);
      boolean apart = other == null || tensor.elementCount() == 0 || isTied(other, tensor);
      if (!apart || (keep && !Sharing.coversStorage(tensor))) {
        return false;
      }
    }
    return true;
  }

  private boolean isTied(Tensor a, Tensor b) {
    return host.hasGroups()
        && Sharing.sameView(a, b)
        && a.traits().conj() == b.traits().conj()
        && a.traits().neg() == b.traits().neg();
  }

  private void softLosses(Dict dict, List<Loss> lost) {
    if (!host.keepsOrder() && dict.size() > 1) {
      lost.add(new Loss("the order of the entries", true));
    }
    if (dict.kind() == Dict.Kind.ORDERED) {
      lost.add(new Loss("that the dictionary is an OrderedDict", true));
    }
    dict.attributes()
        .entries()
        .keySet()
        .forEach(name -> lost.add(new Loss("attribute " + Escapes.visible(name.toString()), true)));
  }

  private static void traitLosses(String name, Tensor tensor, List<Loss> lost) {
    Traits traits = tensor.traits();
    if (traits.requiresGrad() || traits.parameter()) {
      lost.add(new Loss("requires_grad or Parameter of '" + Escapes.visible(name) + "'", true));
    }
    if (!tensor.device().isCpu()) {
      lost.add(
          new Loss(
              "device tag %s of '%s'"
                  .formatted(Escapes.visible(tensor.device().label()), Escapes.visible(name)),
              true));
    }
  }

  /// The plain form of any value: its tensors under their listed names, everything else lost.
  ///
  /// @throws UnsupportedValueException if a tensor cannot be stored at all, or two leaves of a
  ///   dictionary would have one name
  Flat forced(List<Leaf> leaves) throws UnsupportedValueException {
    Optional<Flat> natural = natural();
    if (natural.isPresent()) {
      return natural.get();
    }
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    List<Loss> lost = new ArrayList<>();
    IdentityHashMap<Storage, String> owners = new IdentityHashMap<>();
    for (Leaf leaf : leaves) {
      if (leaf.value() instanceof Tensor tensor) {
        requireStorable(leaf, tensor);
        tensors.put(leaf.name(), tensor);
        traitLosses(leaf.name(), tensor, lost);
        String owner = owners.putIfAbsent(tensor.storage(), leaf.name());
        if (owner != null) {
          lost.add(
              new Loss(
                  "'%s' and '%s' no longer share a storage".formatted(owner, leaf.name()), false));
        }
      } else {
        lost.add(
            new Loss(
                "'%s', %s".formatted(Escapes.visible(leaf.name()), Values.kindOf(leaf.value())),
                false));
      }
    }
    if (value instanceof Dict dict) {
      softLosses(dict, lost);
    } else {
      lost.add(new Loss("that the value is " + Values.kindOf(value), false));
    }
    return new Flat(tensors, Optional.empty(), lost);
  }

  private void requireStorable(Leaf leaf, Tensor tensor) throws UnsupportedValueException {
    if (leaf.isRenamed() && !leaf.path().isEmpty()) {
      throw new UnsupportedValueException(
          target,
          "two leaves are called '%s' without the tree; allow it with --tree auto"
              .formatted(Escapes.visible(leaf.path())));
    }
    if (!host.names().test(leaf.name()) || !host.dtypes().contains(tensor.dtype())) {
      throw new UnsupportedValueException(
          target,
          "tensor '%s' of type %s has no plain form; allow the tree with --tree auto"
              .formatted(Escapes.visible(leaf.name()), tensor.dtype()));
    }
  }
}
