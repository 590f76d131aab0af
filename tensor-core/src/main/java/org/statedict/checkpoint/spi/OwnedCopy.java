package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.util.IdentityHashMap;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// A copy of a lent tree whose storages own their bytes; tensors that shared a storage still do.
final class OwnedCopy extends ValueMap {
  private final StorageTable table;
  private final IdentityHashMap<Storage, Storage> copies = new IdentityHashMap<>();

  OwnedCopy(StorageTable table) {
    this.table = table;
  }

  @Override
  protected Tensor tensor(Tensor lent) throws IOException {
    Storage copy = copies.get(lent.storage());
    if (copy == null) {
      copy = table.read(lent.storage(), lent.dtype());
      copies.put(lent.storage(), copy);
    }
    Dict attributes = (Dict) of(lent.traits().attributes());
    return Tensor.over(copy, lent.dtype(), lent.shape(), lent.strides(), lent.storageOffset())
        .withTraits(lent.traits().withAttributes(attributes));
  }
}
