package org.statedict.io.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.io.pickle.PyObject.PyGlobal;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.io.pickle.PyObject.PySeq;
import org.statedict.io.pickle.Storages.Declared;
import org.statedict.io.pickle.Storages.Part;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;

/// What lies beside the pickle in a tar archive, by number.
///
/// `storages` holds their count, for each a pickle of `(key, device, class)`, the number of its
/// elements as 64 bits and these; then a pickle of the views `(key, key of the storage, first
/// element, number of elements)`. `tensors` holds their count and for each a pickle of `(key, key
/// of the storage, class)`, the number of its dimensions as 32 bits, 4 unused bytes, sizes, strides
/// and offset as 64 bits each.
final class TarTensors {
  private final StorageTable table;
  private final Source source;
  private final Map<String, Found> storages = new HashMap<>();
  private final Map<String, Tensor> tensors = new HashMap<>();

  TarTensors(StorageTable table, Source source) {
    this.table = table;
    this.source = source;
  }

  private record Found(Declared declared, Storage storage, DType dtype) {}

  /// The tensor or the storage that a persistent id names.
  Tensor get(PyPersistent node) throws CheckpointException {
    Where where = Where.in(source.name()).entry("pickle").at(node.offset());
    String key = key(node.id(), where);
    Tensor tensor = tensors.get(key);
    if (tensor != null) {
      return tensor;
    }
    Found found = storage(key, where);
    return found
        .declared()
        .whole(found.storage(), found.dtype())
        .withTraits(Traits.NONE.withBareStorage(true));
  }

  // --- storages

  void readStorages(PickleSequence in) throws IOException {
    long count = integer(in.next().root(), in.where());
    for (long i = 0; i < count; i++) {
      readStorage(in);
    }
    PyObject views = in.next().root();
    for (PyObject view : items(views, in.where())) {
      addView(items(view, 4, in.where()), in.where().at(view.offset()));
    }
    requireEnd(in);
  }

  private void readStorage(PickleSequence in) throws IOException {
    PyObject id = in.next().root();
    Where where = in.where().at(id.offset());
    List<PyObject> items = items(id, 3, where);
    String key = key(items.get(0), where);
    long count = numbers(in.raw(Long.BYTES)).getLong();
    Device device = new Device(StorageIds.text(items.get(1), where));
    Declared declared =
        StorageIds.sized(new Declared(key, type(items.get(2), where), device, count, null, where));
    long from = in.position();
    in.skip(declared.byteSize());
    add(declared, table.stored(source, from, declared.byteSize(), device));
  }

  private void addView(List<PyObject> items, Where where) throws CheckpointException {
    Found root = storage(key(items.get(1), where), where);
    Part part = StorageIds.part(items.subList(1, 4), root.declared().count(), where);
    Declared declared = root.declared();
    add(
        new Declared(
            key(items.get(0), where),
            root.dtype(),
            declared.device(),
            declared.count(),
            part,
            where),
        root.storage());
  }

  private void add(Declared declared, Storage storage) throws CheckpointException {
    DType dtype = declared.dtype() == null ? DType.UINT8 : declared.dtype();
    if (storages.put(declared.key(), new Found(declared, storage, dtype)) != null) {
      throw fail(declared.where(), "storage '%s' for the second time", declared.key());
    }
  }

  private Found storage(String key, Where where) throws CheckpointException {
    Found found = storages.get(key);
    if (found == null) {
      throw fail(where, "nothing has the number '%s'", key);
    }
    return found;
  }

  // --- tensors

  void readTensors(PickleSequence in, Limits limits) throws IOException {
    long count = integer(in.next().root(), in.where());
    for (long i = 0; i < count; i++) {
      readTensor(in, limits);
    }
    requireEnd(in);
  }

  private void readTensor(PickleSequence in, Limits limits) throws IOException {
    PyObject id = in.next().root();
    Where where = in.where().at(id.offset());
    List<PyObject> items = items(id, 3, where);
    Found found = storage(key(items.get(1), where), where);
    int rank = numbers(in.raw(2 * Integer.BYTES)).getInt();
    limits.check(Limit.RANK, rank, where);
    if (rank < 0) {
      throw fail(where, "a tensor of '%s' dimensions", String.valueOf(rank));
    }
    ByteBuffer layout = numbers(in.raw((2 * rank + 1) * Long.BYTES));
    String key = key(items.get(0), where);
    if (tensors.put(key, tensor(found, layout, rank, where)) != null) {
      throw fail(where, "tensor '%s' for the second time", key);
    }
  }

  private static Tensor tensor(Found found, ByteBuffer layout, int rank, Where where)
      throws CheckpointException {
    long[] sizes = longs(layout, rank);
    long[] steps = longs(layout, rank);
    try {
      return found
          .declared()
          .tensor(
              found.storage(), found.dtype(), Shape.of(sizes), Strides.of(steps), layout.getLong());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CheckpointException(where, e.getMessage() + "; the file is damaged or hostile");
    }
  }

  // --- what pickles and raw data hold

  private static long[] longs(ByteBuffer from, int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = from.getLong();
    }
    return numbers;
  }

  private static ByteBuffer numbers(byte[] raw) {
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long integer(PyObject node, Where where) throws CheckpointException {
    return StorageIds.integer(node, where.at(node.offset()));
  }

  /// Keys are integers, or their digits.
  private static String key(PyObject node, Where where) throws CheckpointException {
    return node instanceof PyScalar scalar && scalar.value() instanceof Scalar.Text text
        ? text.value()
        : String.valueOf(StorageIds.integer(node, where));
  }

  private static @Nullable DType type(PyObject node, Where where) throws CheckpointException {
    if (node instanceof PyGlobal type) {
      return StorageIds.type(type, where);
    }
    throw new CheckpointException(where, "a storage without a class");
  }

  private static List<PyObject> items(PyObject node, Where where) throws CheckpointException {
    if (node instanceof PySeq seq) {
      return seq.items;
    }
    throw new CheckpointException(where.at(node.offset()), "something else where a list should be");
  }

  private static List<PyObject> items(PyObject node, int count, Where where)
      throws CheckpointException {
    List<PyObject> items = items(node, where);
    if (items.size() != count) {
      throw new CheckpointException(
          where.at(node.offset()),
          "%d items, %d are expected; the file is damaged".formatted(items.size(), count));
    }
    return items;
  }

  private static void requireEnd(PickleSequence in) throws CheckpointException {
    if (in.remaining() != 0) {
      throw new CheckpointException(
          in.where(), "%d bytes behind the last one; refused".formatted(in.remaining()));
    }
  }

  private static CheckpointException fail(Where where, String problem, String key) {
    return new CheckpointException(
        where, problem.formatted(Escapes.visible(key)) + "; the file is damaged or hostile");
  }
}
