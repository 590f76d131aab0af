package org.statedict.io.pickle;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;

/// Writes tensors as calls of PyTorch's rebuild functions, and numbers their storages.
final class TensorPickler {
  /// A storage and the type that it is declared with.
  record StoredAs(Storage storage, DType dtype) {
    /// What PyTorch counts a storage in: elements, or bytes where storages have no type.
    long count() {
      boolean typed = TorchNames.hasStorageClass(dtype);
      return typed ? storage.byteSize() / (dtype.bits() / 8) : storage.byteSize();
    }
  }

  private final String target;
  private final Container container;
  private final PickleStream out;
  private final Pickler values;
  private final Compaction compaction;
  private final IdentityHashMap<Storage, Integer> keys = new IdentityHashMap<>();
  private final List<StoredAs> storages = new ArrayList<>();

  TensorPickler(
      String target, Container container, PickleStream out, Pickler values, Compaction compaction) {
    this.target = target;
    this.container = container;
    this.out = out;
    this.values = values;
    this.compaction = compaction;
  }

  List<StoredAs> storages() {
    return storages;
  }

  void write(Tensor tensor) throws UnsupportedValueException {
    if (!TorchNames.canSave(tensor.dtype())) {
      throw new UnsupportedValueException(
          target, "PyTorch has no element type %s; cast it first".formatted(tensor.dtype()));
    }
    Traits traits = tensor.traits();
    if (traits.bareStorage()) {
      bareStorage(tensor);
    } else if (!out.fetch(tensor)) {
      fresh(tensor, traits);
    }
  }

  private void fresh(Tensor tensor, Traits traits) throws UnsupportedValueException {
    if (traits.numpy()) {
      new NumpyPickler(target, out, values).array(tensor);
      return;
    }
    if (traits.parameter()) {
      parameter(tensor);
    } else {
      plain(tensor, traits.requiresGrad());
    }
    out.put(tensor);
  }

  private void parameter(Tensor tensor) throws UnsupportedValueException {
    boolean stateful = tensor.traits().attributes().size() > 0;
    out.global("torch._utils", stateful ? "_rebuild_parameter_with_state" : "_rebuild_parameter");
    out.beginTuple(stateful ? 4 : 3);
    rebuilt(tensor, false);
    out.put().bool(tensor.traits().requiresGrad());
    noHooks();
    if (stateful) {
      values.write(tensor.traits().attributes());
    }
    out.endTuple(stateful ? 4 : 3).reduce();
  }

  private void plain(Tensor tensor, boolean requiresGrad) throws UnsupportedValueException {
    Dict attributes = tensor.traits().attributes();
    if (attributes.size() == 0) {
      rebuilt(tensor, requiresGrad);
      return;
    }
    out.global("torch._tensor", "_rebuild_from_type_v2").beginTuple(4);
    out.global("torch._utils", function(tensor.dtype())).global("torch", "Tensor");
    arguments(tensor, requiresGrad);
    values.write(attributes);
    out.endTuple(4).reduce();
  }

  private void rebuilt(Tensor tensor, boolean requiresGrad) throws UnsupportedValueException {
    out.global("torch._utils", function(tensor.dtype()));
    arguments(tensor, requiresGrad);
    out.reduce();
  }

  private static String function(DType dtype) {
    return TorchNames.hasStorageClass(dtype) ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3";
  }

  private void arguments(Tensor tensor, boolean requiresGrad) throws UnsupportedValueException {
    boolean typed = TorchNames.hasStorageClass(tensor.dtype());
    out.op('(');
    Tensor stored = compaction.of(tensor);
    storage(stored.storage(), stored.dtype());
    PairedView view = PairedView.of(target, stored);
    out.integer(view.offset()).integers(view.shape()).integers(view.strides()).bool(requiresGrad);
    noHooks();
    if (!typed) {
      values.dtype(tensor.dtype());
    }
    lazyViews(tensor.traits());
    out.endTuple(6);
  }

  private void noHooks() {
    out.global("collections", "OrderedDict").endTuple(0).reduce().put();
  }

  private void lazyViews(Traits traits) throws UnsupportedValueException {
    if (!traits.conj() && !traits.neg()) {
      return;
    }
    Dict.Builder flags = Dict.builder();
    if (traits.conj()) {
      flags.put("conj", new Scalar.Bool(true));
    }
    if (traits.neg()) {
      flags.put("neg", new Scalar.Bool(true));
    }
    values.write(flags.build());
  }

  /// A storage of bytes is an untyped one; the class for typed bytes is deprecated.
  private void bareStorage(Tensor tensor) {
    DType dtype = tensor.dtype() == DType.UINT8 ? DType.BITS8 : tensor.dtype();
    storage(tensor.storage(), dtype);
  }

  private void storage(Storage storage, DType dtype) {
    boolean typed = TorchNames.hasStorageClass(dtype);
    out.beginTuple(container.idLength()).constant("storage");
    if (typed) {
      out.global("torch", TorchNames.storageClass(dtype));
    } else {
      out.global("torch.storage", "UntypedStorage");
    }
    key(storage, dtype);
    out.constant(storage.device().label());
    out.integer(new StoredAs(storage, dtype).count());
    if (container == Container.STREAM) {
      out.none();
    }
    out.endTuple(container.idLength()).op('Q');
  }

  /// The storage's key, one string object for each storage.
  private void key(Storage storage, DType dtype) {
    String key = String.valueOf(keys.computeIfAbsent(storage, _ -> keys.size()));
    if (!out.fetchShared("storage " + key)) {
      storages.add(new StoredAs(storage, dtype));
      out.string(key).putShared("storage " + key);
    }
  }
}
