package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.TensorInfo.Extent;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Storage.Filler;
import org.statedict.tensor.Tensor;

/// The storages that one open checkpoint lends: where each lies in its file, how it is read with
/// its checksum verified, and what is wrong with those that cannot be read.
///
/// Filled by a reader while it opens the file; not changed afterwards.
public final class StorageTable {
  private record Entry(
      Filler reader, Optional<Extent> extent, Optional<CheckpointException> problem) {}

  private final LoadOptions options;
  private final Map<Storage, Entry> entries = Collections.synchronizedMap(new IdentityHashMap<>());

  public StorageTable(LoadOptions options) {
    this.options = options;
  }

  /// A storage whose bytes lie in `source` as they are: mapped, or read by position if the options
  /// say so or the source cannot be mapped.
  public Storage stored(Source source, long offset, long size, Device device) throws IOException {
    return stored(source, offset, size, device, (at, dst) -> source.read(offset + at, dst));
  }

  /// The same with a reader of its own, such as one that verifies a checksum. The mapping bypasses
  /// it; [#read(Storage, DType)] does not.
  public Storage stored(Source source, long offset, long size, Device device, Filler reader)
      throws IOException {
    Optional<MemorySegment> mapping =
        options.reading() == Reading.MAPPED ? source.map() : Optional.empty();
    Device label = options.mapLocation().apply(device);
    Storage storage =
        mapping.isPresent()
            ? Storage.mapped(mapping.get().asSlice(offset, size), label, source.name())
            : Storage.deferred(size, label, reader);
    Extent extent = new Extent(source.name(), offset, size);
    return enter(storage, new Entry(reader, Optional.of(extent), Optional.empty()));
  }

  /// A storage whose bytes are computed from the file: inflated, byte-swapped, joined.
  public Storage computed(long size, Device device, Filler reader) {
    Storage storage = Storage.deferred(size, options.mapLocation().apply(device), reader);
    return enter(storage, new Entry(reader, Optional.empty(), Optional.empty()));
  }

  /// A storage that is known to be unreadable: names and shapes of its tensors can be listed, and
  /// reading it throws `problem`.
  public Storage broken(long size, Device device, CheckpointException problem) {
    Filler reader =
        (_, _) -> {
          throw problem;
        };
    Storage storage = Storage.deferred(size, device, reader);
    return enter(storage, new Entry(reader, Optional.empty(), Optional.of(problem)));
  }

  /// The same bytes under another device label, as options map it.
  Storage relabelled(Storage storage, Device device) {
    Storage other = storage.withDevice(options.mapLocation().apply(device));
    Entry entry = entries.get(storage);
    return entry == null ? other : enter(other, entry);
  }

  private Storage enter(Storage storage, Entry entry) {
    entries.put(storage, entry);
    return storage;
  }

  /// Where the tensor's bytes lie, if they lie contiguous in a file.
  Optional<Extent> extent(Tensor tensor) {
    Entry entry = entries.get(tensor.storage());
    if (entry == null
        || !tensor.isContiguous()
        || tensor.traits().conj()
        || tensor.traits().neg()) {
      return Optional.empty();
    }
    long from = tensor.dtype().byteSize(tensor.elementCount() == 0 ? 0 : tensor.storageOffset());
    return entry.extent.map(e -> new Extent(e.file(), e.byteOffset() + from, tensor.byteSize()));
  }

  /// Why the tensor cannot be read, if that is known already.
  Optional<CheckpointException> problem(Tensor tensor) {
    Entry entry = entries.get(tensor.storage());
    return entry == null ? Optional.empty() : entry.problem;
  }

  /// A copy of a lent storage that owns its bytes; checksums are verified.
  Storage read(Storage storage, DType dtype) throws IOException {
    Entry entry = entries.get(storage);
    if (entry != null && entry.problem.isPresent()) {
      throw entry.problem.get();
    }
    Filler reader = entry == null ? storage::copyTo : entry.reader;
    return Storage.copied(storage.byteSize(), dtype, storage.device(), reader);
  }
}
