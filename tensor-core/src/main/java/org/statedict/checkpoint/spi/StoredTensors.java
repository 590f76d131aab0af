package org.statedict.checkpoint.spi;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// The tensors that a tree stores, each once: full aliases share one, and where storages are kept
/// all views of a storage share that.
final class StoredTensors {
  private final String target;
  private final FlatHost host;
  private final boolean keep;
  private final Sharing sharing;
  private final LeafNames.UniqueNames names;
  private final IdentityHashMap<Tensor, String> listed = new IdentityHashMap<>();
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final IdentityHashMap<Storage, List<Alias>> aliases = new IdentityHashMap<>();
  private final List<Loss> lost = new ArrayList<>();
  private int unstorable;

  private record Alias(Tensor view, String name) {}

  /// @param names the leaves of the tree, whose names the tensors get
  StoredTensors(String target, FlatHost host, boolean keep, Sharing sharing, LeafNames names) {
    this.names = names.names();
    for (Leaf leaf : names.leaves()) {
      if (leaf.value() instanceof Tensor tensor) {
        listed.putIfAbsent(tensor, leaf.name());
      }
    }
    this.target = target;
    this.host = host;
    this.keep = keep;
    this.sharing = sharing;
  }

  SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  List<Loss> lost() {
    return lost;
  }

  /// Whether the tensor stored under `name` is of another type than the one it stands for.
  boolean isCarried(String name, DType dtype) {
    return Objects.requireNonNull(tensors.get(name)).dtype() != dtype;
  }

  Sharing sharing() {
    return sharing;
  }

  /// Whether the tensor is written as a view of its whole storage.
  boolean isView(Tensor tensor) {
    return sharing.isStoredAsSuch(tensor.storage());
  }

  /// The name under which the tensor, or its storage, is stored; it is stored now if it was not.
  String nameOf(Tensor tensor) throws UnsupportedValueException {
    List<Alias> known = aliases.computeIfAbsent(tensor.storage(), _ -> new ArrayList<>());
    for (Alias alias : known) {
      if (isView(tensor) || Sharing.sameView(alias.view, tensor)) {
        return alias.name;
      }
    }
    String name = claim(listed.get(tensor));
    tensors.put(name, isView(tensor) ? wholeStorage(tensor) : stored(tensor, name));
    if (!known.isEmpty() && !keep) {
      lost.add(
          new Loss(
              "'%s' and '%s' no longer share a storage"
                  .formatted(Escapes.visible(known.getFirst().name), Escapes.visible(name)),
              false));
    }
    known.add(new Alias(tensor, name));
    return name;
  }

  /// The listed name, or a number for a tensor that is not listed (an attribute) or whose name the
  /// host cannot store.
  private String claim(@Nullable String listedName) {
    return listedName != null && host.names().test(listedName)
        ? listedName
        : names.claim(host.structure().root("t" + ++unstorable));
  }

  /// The tensors in the order of the leaves, each under the name of every leaf that is the same.
  SequencedMap<String, Tensor> linked(List<Leaf> leaves) throws UnsupportedValueException {
    SequencedMap<String, Tensor> linked = new LinkedHashMap<>();
    for (Leaf leaf : leaves) {
      if (leaf.value() instanceof Tensor tensor) {
        String name = nameOf(tensor);
        boolean link = !isView(tensor) && host.names().test(leaf.name());
        linked.put(link ? leaf.name() : name, Objects.requireNonNull(tensors.get(name)));
      }
    }
    tensors.forEach(linked::putIfAbsent);
    return linked;
  }

  private Tensor wholeStorage(Tensor view) {
    long bytes = view.storage().byteSize();
    DType dtype = view.dtype();
    boolean whole = !dtype.isSubByte() && bytes % (dtype.bits() / 8) == 0;
    DType stored = whole && host.dtypes().contains(dtype) ? dtype : DType.UINT8;
    return Tensor.over(view.storage(), stored, Shape.of(bytes / (stored.bits() / 8)));
  }

  /// The tensor as the host stores it: in its own type, or in one that carries it. A carried tensor
  /// that is not contiguous is computed as it is written.
  private Tensor stored(Tensor tensor, String name) throws UnsupportedValueException {
    DType carrier =
        Carrier.of(tensor.dtype(), host.dtypes()).orElseThrow(() -> noCarrier(tensor, name));
    Tensor unresolved = tensor.withTraits(tensor.traits().withConj(false).withNeg(false));
    if (carrier == tensor.dtype()) {
      return unresolved;
    }
    return Contiguous.of(unresolved)
        .as(carrier, Carrier.shape(tensor.dtype(), tensor.shape(), carrier));
  }

  private UnsupportedValueException noCarrier(Tensor tensor, String name) {
    return new UnsupportedValueException(
        target, "tensor '%s': no form for %s".formatted(Escapes.visible(name), tensor.dtype()));
  }
}
