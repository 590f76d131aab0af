package org.statedict.io.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.DType;
import org.statedict.tensor.Storage;

/// The storages behind the pickles of a stream, each the number of its elements and then these.
/// Where one begins depends on all before it, so all are declared first, then placed.
final class StreamStorages implements Storages {
  private final Source source;
  private final StorageTable table;
  private final Map<String, Declared> declarations = new LinkedHashMap<>();
  private final Map<String, Storage> storages = new HashMap<>();

  StreamStorages(Source source, StorageTable table) {
    this.source = source;
    this.table = table;
  }

  /// @throws CheckpointException if the key was declared differently before
  void declare(Declared declared) throws CheckpointException {
    Declared first = declarations.putIfAbsent(declared.key(), declared);
    if (first != null && (first.dtype() != declared.dtype() || first.count() != declared.count())) {
      throw new CheckpointException(
          declared.where(),
          "storage '%s' is declared twice with different types or sizes; the file is damaged"
              .formatted(Escapes.visible(declared.key())));
    }
  }

  /// Finds every storage.
  ///
  /// @param keys the storages in the order in which they follow
  /// @param from where the first begins
  /// @throws CheckpointException if the keys are not those that were declared, or the sizes differ
  void place(List<String> keys, long from) throws IOException {
    long at = from;
    for (String key : keys) {
      Declared declared = declarations.get(key);
      if (declared == null || storages.containsKey(key)) {
        throw fail(from, key, declared == null ? "that nothing declares" : "listed twice");
      }
      at = place(declared, at);
    }
    requireAll(from);
    if (at != source.size()) {
      throw new CheckpointException(
          Where.in(source.name()).at(at),
          "%d bytes behind the last storage; refused".formatted(source.size() - at));
    }
  }

  private long place(Declared declared, long at) throws IOException {
    long left = source.size() - at - Long.BYTES;
    if (left < 0) {
      throw fail(at, declared.key(), "whose size is cut off; fetch the file again");
    }
    long count =
        ByteBuffer.wrap(source.bytes(at, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (count != declared.count()) {
      throw fail(
          at,
          declared.key(),
          "of %d elements, the pickle declares %d; the file is damaged"
              .formatted(count, declared.count()));
    }
    long size = declared.byteSize();
    if (size > left) {
      throw fail(
          at,
          declared.key(),
          "of %d bytes, %d are left; the file is cut short, fetch it again".formatted(size, left));
    }
    long begin = at + Long.BYTES;
    storages.put(declared.key(), table.stored(source, begin, size, declared.device()));
    return begin + size;
  }

  private void requireAll(long from) throws CheckpointException {
    for (Declared declared : declarations.values()) {
      if (!storages.containsKey(declared.key())) {
        throw fail(from, declared.key(), "that is declared and not there; the file is damaged");
      }
    }
  }

  private CheckpointException fail(long at, String key, String problem) {
    return new CheckpointException(
        Where.in(source.name()).at(at),
        "a storage '%s' %s".formatted(Escapes.visible(key), problem));
  }

  @Override
  public Storage get(Declared declared, DType dtype) {
    Storage placed = storages.get(declared.key());
    if (placed == null) {
      throw new IllegalStateException("storage " + declared.key() + " was never declared");
    }
    return placed;
  }
}
