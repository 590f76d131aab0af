package org.statedict.io.hdf5;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.UnsafeCheckpointException;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.checkpoint.spi.SwappingFiller;
import org.statedict.io.hdf5.ElementType.Numbers;
import org.statedict.io.hdf5.ElementType.Text;
import org.statedict.io.hdf5.ObjectHeader.Message;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Storage.Filler;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Turns a dataset into a tensor over the file, or into text. One that cannot be read becomes a
/// tensor that says why when it is.
final class DatasetReader {
  private final Hdf5Bytes file;
  private final StorageTable table;
  private final Texts texts;

  DatasetReader(Hdf5Bytes file, StorageTable table, Texts texts) {
    this.file = file;
    this.table = table;
    this.texts = texts;
  }

  /// What is known of a dataset before its data.
  private record Dataset(ObjectHeader header, ElementType type, Shape shape, Where where) {
    long byteSize() {
      return Math.multiplyExact(shape.elementCount(), (long) type.size());
    }
  }

  /// A tensor in the place of something that cannot be read, not even its shape.
  Tensor unreadable(CheckpointException problem) {
    return Tensor.over(table.broken(1, Device.CPU, problem), DType.UINT8, Shape.of(1));
  }

  Value read(ObjectHeader header, Map<String, String> attributes, String path) throws IOException {
    Where where = file.where().entry("dataset '" + Escapes.visible(path) + "'");
    ElementType type = relabelled(type(header, where), attributes);
    Optional<Shape> shape = Dataspace.read(body(header, ObjectHeader.DATASPACE, where)).shape();
    if (shape.isEmpty()) {
      return Scalar.Nil.NONE;
    }
    Dataset dataset = new Dataset(header, type, shape.get(), where);
    requireCountable(dataset);
    return switch (type) {
      case Numbers numbers -> tensor(dataset, numbers);
      case Text text -> text(dataset, text);
      case ElementType.Bytes bytes ->
          throw new CheckpointException(
              where, "%d opaque bytes an element, no type of tensors".formatted(bytes.size()));
      case ElementType.Other other ->
          throw new CheckpointException(where, other.what() + ", which tensors do not have");
    };
  }

  private static void requireCountable(Dataset dataset) throws CheckpointException {
    try {
      dataset.byteSize();
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          dataset.where, "more bytes than 64 bits can count; the file is damaged", e);
    }
  }

  private static Message message(ObjectHeader header, int type, Where where)
      throws CheckpointException {
    return header
        .first(type)
        .orElseThrow(() ->
            new CheckpointException(
                where, "its header lacks the message %d; the file is damaged".formatted(type)));
  }

  private static Fields body(ObjectHeader header, int type, Where where)
      throws CheckpointException {
    return message(header, type, where).body();
  }

  /// The type, which may stand in the header of a named one.
  private ElementType type(ObjectHeader header, Where where) throws IOException {
    Message message = message(header, ObjectHeader.DATATYPE, where);
    if (!message.shared()) {
      return TypeReader.read(message.body());
    }
    Fields in = message.body();
    int version = in.u1();
    int kind = in.u1();
    in.skip(version == 1 ? 6 : 0);
    if (version == 3 && kind != 2) {
      throw in.fail("a type in the heap of shared messages, which is not read");
    }
    ObjectHeader named = ObjectHeader.read(file, in.address());
    return TypeReader.read(body(named, ObjectHeader.DATATYPE, where));
  }

  /// The attribute `dtype` names what other types merely carry.
  private static ElementType relabelled(ElementType type, Map<String, String> attributes) {
    String name = attributes.getOrDefault(StoredTypes.ATTRIBUTE, "").toLowerCase(Locale.ROOT);
    Optional<DType> named =
        DType.named(name.startsWith("torch.") ? name.substring(6) : name)
            .filter(d -> d == DType.BFLOAT16 || StoredTypes.isNamed(d))
            .filter(d -> d.bits() / 8 == type.size());
    boolean carried =
        type instanceof ElementType.Bytes
            || (type instanceof Numbers numbers && !numbers.dtype().isFloatingPoint());
    boolean swapped = type instanceof Numbers numbers && numbers.bigEndian();
    return carried && named.isPresent() ? new Numbers(named.get(), swapped) : type;
  }

  private Tensor tensor(Dataset dataset, Numbers type) throws IOException {
    Storage storage;
    try {
      storage = storage(dataset, type);
    } catch (CheckpointException e) {
      storage = table.broken(dataset.byteSize(), Device.CPU, e);
    }
    return Tensor.over(storage, type.dtype(), dataset.shape);
  }

  private Storage storage(Dataset dataset, Numbers type) throws IOException {
    long size = dataset.byteSize();
    if (size == 0) {
      return table.computed(0, Device.CPU, (_, _) -> {});
    }
    DataLayout layout =
        DataLayout.read(body(dataset.header, ObjectHeader.LAYOUT, dataset.where), size);
    boolean asStored = !type.bigEndian() || type.size() == 1;
    if (asStored
        && layout instanceof DataLayout.Contiguous contiguous
        && contiguous.address() != Hdf5Bytes.UNDEFINED
        && !dataset.header.has(ObjectHeader.EXTERNAL_FILES)) {
      requireInside(contiguous, size, dataset.where);
      return table.stored(file.source(), file.offset(contiguous.address()), size, Device.CPU);
    }
    Filler filler = filler(dataset, layout);
    return table.computed(
        size, Device.CPU, asStored ? filler : new SwappingFiller(filler, type.dtype()));
  }

  private void requireInside(DataLayout.Contiguous layout, long size, Where where)
      throws CheckpointException {
    file.require(layout.address(), layout.size(), "the data");
    if (layout.size() < size) {
      throw new CheckpointException(
          where,
          "%d bytes of data, its shape needs %d; the file is damaged"
              .formatted(layout.size(), size));
    }
  }

  /// The bytes of the elements as the file has them, in its byte order.
  private Filler filler(Dataset dataset, DataLayout layout) throws IOException {
    if (dataset.header.has(ObjectHeader.EXTERNAL_FILES)) {
      throw new UnsafeCheckpointException(
          dataset.where, "its data are in another file, which is never opened");
    }
    return switch (layout) {
      case DataLayout.Virtual _ ->
          throw new UnsafeCheckpointException(
              dataset.where, "a virtual dataset of other datasets, which are never opened");
      case DataLayout.Compact compact ->
          Storage.of(compact.data().bytes(dataset.byteSize()))::copyTo;
      case DataLayout.Contiguous contiguous -> contiguous(dataset, contiguous);
      case DataLayout.Chunked chunked -> chunked(dataset, chunked);
    };
  }

  private Filler contiguous(Dataset dataset, DataLayout.Contiguous layout) throws IOException {
    if (layout.address() == Hdf5Bytes.UNDEFINED) {
      requireInProportion(dataset);
      byte[] fill = fill(dataset);
      return (at, dst) -> {
        for (long i = 0; i < dst.byteSize(); i++) {
          dst.set(ValueLayout.JAVA_BYTE, i, fill[(int) ((at + i) % fill.length)]);
        }
      };
    }
    requireInside(layout, dataset.byteSize(), dataset.where);
    long from = file.offset(layout.address());
    return (at, dst) -> file.source().read(from + at, dst);
  }

  /// A small file can declare any size of elements that it does not have.
  private void requireInProportion(Dataset dataset) throws CheckpointException {
    file.limits().checkExpansion(dataset.byteSize(), file.size(), dataset.where);
  }

  private Filler chunked(Dataset dataset, DataLayout.Chunked layout) throws IOException {
    requireInProportion(dataset);
    FilterPipeline filters = FilterPipeline.NONE;
    if (dataset.header.has(ObjectHeader.FILTERS)) {
      filters =
          FilterPipeline.read(
              body(dataset.header, ObjectHeader.FILTERS, dataset.where),
              file.limits(),
              dataset.where);
    }
    Optional<String> unknown = filters.unknown();
    if (unknown.isPresent()) {
      throw new CheckpointException(
          dataset.where,
          "its chunks went through %s, which cannot be undone here; write it with gzip"
              .formatted(unknown.get()));
    }
    ChunkGrid grid = new ChunkGrid(dataset.shape, layout.dims(), dataset.type.size());
    requireSound(grid, dataset.where);
    return new ChunkedFiller(file, layout, filters, grid, fill(dataset), dataset.where);
  }

  private void requireSound(ChunkGrid grid, Where where) throws CheckpointException {
    try {
      if (grid.chunk().size() != grid.shape().rank()) {
        throw new CheckpointException(where, "chunks of another rank than the shape");
      }
      file.limits().check(Limit.HDF5_CHUNK_BYTES, grid.chunkBytes(), where);
      file.limits().check(Limit.HDF5_CHUNK_BYTES, grid.rowBytes(), where);
      file.limits().check(Limit.HDF5_OBJECTS, grid.count(), where);
    } catch (ArithmeticException e) {
      throw new CheckpointException(where, "chunks of 2 GiB or more, which cannot be read", e);
    }
  }

  /// The element that stands for what was never written, zeros if none is set.
  private byte[] fill(Dataset dataset) throws CheckpointException {
    byte[] element = new byte[dataset.type.size()];
    byte[] stated = new byte[0];
    if (dataset.header.has(ObjectHeader.FILL)) {
      stated = stated(body(dataset.header, ObjectHeader.FILL, dataset.where));
    } else if (dataset.header.has(ObjectHeader.OLD_FILL)) {
      Fields in = body(dataset.header, ObjectHeader.OLD_FILL, dataset.where);
      stated = in.bytes(in.u4());
    }
    return stated.length == element.length ? stated : element;
  }

  private static byte[] stated(Fields in) throws CheckpointException {
    int version = in.u1();
    if (version == 3) {
      return (in.u1() & 0x20) == 0 ? new byte[0] : in.bytes(in.u4());
    }
    in.skip(2);
    boolean defined = in.u1() != 0;
    return defined && in.remaining() >= Integer.BYTES ? in.bytes(in.u4()) : new byte[0];
  }

  private Value text(Dataset dataset, Text type) throws IOException {
    long size = dataset.byteSize();
    file.limits().check(Limit.HEADER_BYTES, size, dataset.where);
    byte[] data = new byte[(int) size];
    if (size > 0) {
      DataLayout layout =
          DataLayout.read(body(dataset.header, ObjectHeader.LAYOUT, dataset.where), size);
      filler(dataset, layout).fill(0, MemorySegment.ofArray(data));
    }
    List<Value> all = new ArrayList<>();
    Fields in = new Fields(data, dataset.where, 0);
    for (String text : texts.of(in, type, dataset.shape.elementCount())) {
      all.add(new Scalar.Text(text));
    }
    return dataset.shape.rank() == 0 ? all.getFirst() : Seq.of(Seq.Kind.LIST, all);
  }
}
