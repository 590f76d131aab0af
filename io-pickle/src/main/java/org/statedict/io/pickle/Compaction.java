package org.statedict.io.pickle;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;
import org.statedict.tensor.Traits;

/// Gives every view a storage of its own size, if that is asked for. Tensors that are the same view
/// of the same storage go on sharing one.
final class Compaction {
  private final boolean wanted;
  private final Map<View, Tensor> compacted = new HashMap<>();
  private final IdentityHashMap<Storage, Integer> views = new IdentityHashMap<>();

  private record View(Storage storage, DType dtype, Shape shape, Strides strides, long offset) {}

  private Compaction(boolean wanted) {
    this.wanted = wanted;
  }

  static Compaction of(SaveOptions options) {
    return new Compaction(options.storages() == SaveOptions.Storages.COMPACT);
  }

  static Compaction none() {
    return new Compaction(false);
  }

  /// The tensor to be stored in the place of `tensor`.
  Tensor of(Tensor tensor) {
    if (!wanted) {
      return tensor;
    }
    View view =
        new View(
            tensor.storage(),
            tensor.dtype(),
            tensor.shape(),
            tensor.strides(),
            tensor.storageOffset());
    return compacted.computeIfAbsent(view, _ -> compact(tensor));
  }

  private Tensor compact(Tensor tensor) {
    views.merge(tensor.storage(), 1, Integer::sum);
    if (tensor.isContiguous() && tensor.byteSize() == tensor.storage().byteSize()) {
      return tensor;
    }
    Tensor bytes = tensor.withTraits(Traits.NONE);
    Storage storage =
        Storage.deferred(
            tensor.byteSize(), tensor.device(), (at, dst) -> TensorBytes.of(bytes).copyTo(at, dst));
    return Tensor.over(storage, tensor.dtype(), tensor.shape());
  }

  /// The storages that were shared by different views and no longer are.
  List<Loss> lost() {
    long split = views.values().stream().filter(count -> count > 1).count();
    return split == 0
        ? List.of()
        : List.of(
            new Loss("the sharing of %d storages by different views".formatted(split), false));
  }
}
