package org.statedict.checkpoint.spi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// What stands in several places of a tree: containers that are written once, and storages that
/// have several different views. Each distinct value is visited once.
final class Sharing {
  private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Value> repeated = Collections.newSetFromMap(new IdentityHashMap<>());
  private final IdentityHashMap<Storage, Tensor> firstView = new IdentityHashMap<>();
  private final Set<Storage> viewed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final boolean keepStorages;

  private Sharing(boolean keepStorages) {
    this.keepStorages = keepStorages;
  }

  static Sharing of(Value root, boolean keepStorages) {
    Sharing sharing = new Sharing(keepStorages);
    Deque<Value> pending = new ArrayDeque<>();
    pending.push(root);
    while (!pending.isEmpty()) {
      sharing.visit(pending.pop(), pending);
    }
    return sharing;
  }

  private void visit(Value value, Deque<Value> pending) {
    if (value instanceof Tensor tensor) {
      see(tensor);
      if (tensor.traits().attributes().size() > 0) {
        pending.push(tensor.traits().attributes());
      }
      return;
    }
    if (value instanceof Scalar) {
      return;
    }
    if (seen.add(value)) {
      children(value).forEach(pending::push);
    } else {
      repeated.add(value);
    }
  }

  private void see(Tensor tensor) {
    Tensor first = firstView.putIfAbsent(tensor.storage(), tensor);
    if (keepStorages && (!coversStorage(tensor) || (first != null && !sameView(first, tensor)))) {
      viewed.add(tensor.storage());
    }
  }

  static boolean coversStorage(Tensor tensor) {
    return tensor.isContiguous()
        && tensor.storageOffset() == 0
        && tensor.byteSize() == tensor.storage().byteSize();
  }

  static boolean sameView(Tensor a, Tensor b) {
    return a.dtype() == b.dtype()
        && a.shape().equals(b.shape())
        && a.strides().equals(b.strides())
        && a.storageOffset() == b.storageOffset();
  }

  private static List<Value> children(Value value) {
    return switch (value) {
      case Dict dict -> {
        List<Value> all = new ArrayList<>(dict.entries().values());
        if (dict.attributes().size() > 0) {
          all.add(dict.attributes());
        }
        yield all;
      }
      case Seq seq -> seq.items();
      case Opaque object -> parts(object);
      case Tensor _, Scalar _ -> List.of();
    };
  }

  private static List<Value> parts(Opaque object) {
    List<Value> all = new ArrayList<>(object.items());
    object.args().ifPresent(all::add);
    object.state().ifPresent(all::add);
    for (Map.Entry<Value, Value> pair : object.pairs()) {
      all.add(pair.getKey());
      all.add(pair.getValue());
    }
    return all;
  }

  /// Whether a container stands in several places.
  boolean isRepeated(Value container) {
    return repeated.contains(container);
  }

  /// Whether the storage is stored as such, and its tensors as views of it.
  boolean isStoredAsSuch(Storage storage) {
    return viewed.contains(storage);
  }
}
