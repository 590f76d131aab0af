package org.statedict.io.proto;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.io.proto.Onnx.TensorProto;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Reads one `TensorProto`: protobuf's own parser reads its head, the data stay where they are.
final class TensorReader {
  private final PagedBytes in;
  private final LoadOptions options;
  private final StorageTable table;
  private final ExternalFiles external;

  TensorReader(PagedBytes in, LoadOptions options, StorageTable table, ExternalFiles external) {
    this.in = in;
    this.options = options;
    this.table = table;
    this.external = external;
  }

  /// A tensor, or the texts of one that holds text.
  ///
  /// @param name empty if the file gives none
  record Named(String name, Value value) {}

  /// What stands in a message: its head, and where its data lie.
  private record Parts(TensorProto head, TensorData data) {}

  Named read(WireReader message, String path) throws IOException {
    Where at = Where.in(in.source().name()).entry(path);
    Parts parts = parts(message, at);
    String name = Utf8.require(parts.head.getName(), at, "a name");
    Where where = name.isEmpty() ? at : at.entry(path + " '" + Escapes.visible(name) + "'");
    if (parts.head.hasSegment()) {
      throw new CheckpointException(where, "a segment of a tensor, which nobody can read");
    }
    return new Named(name, value(parts, where));
  }

  private Parts parts(WireReader message, Where where) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    TensorData data = new TensorData();
    while (message.next()) {
      if (TensorData.isData(message.field())) {
        data.add(message);
        continue;
      }
      Range field = message.skip();
      if (isHead(message.field())) {
        options.limits().check(Limit.NAME_BYTES, field.size(), message.here());
        head.writeBytes(in.bytes(field));
      }
    }
    try {
      return new Parts(TensorProto.parseFrom(head.toByteArray()), data);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(where, "no tensor of protobuf: " + e.getMessage(), e);
    }
  }

  private static boolean isHead(int field) {
    return switch (field) {
      case 1, 2, 3, 8, 13, 14 -> true;
      default -> false;
    };
  }

  private Value value(Parts parts, Where where) throws IOException {
    Shape shape = shape(parts.head, where);
    if (parts.data.isAmbiguous()) {
      throw new CheckpointException(where, "data in several fields; which is meant is unclear");
    }
    if (parts.head.getDataType() == OnnxDTypes.STRING) {
      return texts(parts, shape, where);
    }
    OnnxDTypes type =
        OnnxDTypes.numbered(parts.head.getDataType())
            .orElseThrow(() ->
                new CheckpointException(
                    where, "data_type %d, 1 to 28 are known".formatted(parts.head.getDataType())));
    return Tensor.over(storage(parts, type, shape, where), type.dtype(), shape);
  }

  private Shape shape(TensorProto head, Where where) throws CheckpointException {
    options.limits().check(Limit.RANK, head.getDimsCount(), where);
    long[] dims = head.getDimsList().stream().mapToLong(Long::longValue).toArray();
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CheckpointException(where, e.getMessage() + "; the file is damaged or hostile", e);
    }
  }

  // --- numbers

  private Storage storage(Parts parts, OnnxDTypes type, Shape shape, Where where)
      throws IOException {
    long elements = shape.elementCount();
    long size = byteSize(type.dtype(), elements, where);
    switch (parts.head.getDataLocation()) {
      case 0 -> {}
      case 1 -> {
        return external(parts, size, where);
      }
      default ->
          throw new CheckpointException(
              where, "data_location %d, 0 and 1 are known".formatted(parts.head.getDataLocation()));
    }
    TensorData data = parts.data;
    if (data.field() == TensorData.RAW || data.byteSize() == 0) {
      return raw(data, type.dtype(), elements, size, where);
    }
    if (data.field() != type.field()) {
      throw new CheckpointException(
          where, "%s in field %d, where it never is".formatted(type, data.field()));
    }
    TypedValues values = new TypedValues(in, data, type.dtype(), elements, where);
    values.requireCount();
    return table.computed(size, Device.CPU, new Decoded(values));
  }

  private static long byteSize(DType dtype, long elements, Where where) throws CheckpointException {
    try {
      return dtype.byteSize(elements);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          where, "a shape of %d elements, which is more than any file has".formatted(elements), e);
    }
  }

  private Storage external(Parts parts, long size, Where where) throws IOException {
    if (parts.data.byteSize() > 0) {
      throw new CheckpointException(
          where, "data in the model and in another file; which is meant is unclear");
    }
    ExternalFiles.Placed placed = external.find(parts.head.getExternalDataList(), size, where);
    return table.stored(placed.file(), placed.offset(), size, Device.CPU);
  }

  private Storage raw(TensorData data, DType dtype, long elements, long size, Where where)
      throws IOException {
    if (data.byteSize() != size) {
      throw new CheckpointException(
          where, "%d bytes, type and shape need %d".formatted(data.byteSize(), size));
    }
    long from = size == 0 ? 0 : data.pieces().getFirst().from();
    int used = (int) (elements * dtype.bits() & 7);
    int padding = used == 0 ? 0 : in.at(from + size - 1) >> used;
    if (padding == 0) {
      return table.stored(in.source(), from, size, Device.CPU);
    }
    if (dtype.bits() == 6) {
      throw new CheckpointException(
          where.at(from + size - 1), "unused bits that are not 0 behind elements of 6 bits");
    }
    return table.computed(size, Device.CPU, (at, dst) -> masked(from, size, used, at, dst));
  }

  /// Bits behind the last element mean nothing and are given as 0.
  private void masked(long from, long size, int used, long at, MemorySegment dst)
      throws IOException {
    in.source().read(from + at, dst);
    if (dst.byteSize() > 0 && at + dst.byteSize() == size) {
      long last = dst.byteSize() - 1;
      byte kept = dst.get(ValueLayout.JAVA_BYTE, last);
      dst.set(ValueLayout.JAVA_BYTE, last, (byte) (kept & ((1 << used) - 1)));
    }
  }

  /// Elements that are decoded when they are asked for, and again if memory was short meanwhile.
  private static final class Decoded implements Storage.Filler {
    private final TypedValues values;
    private SoftReference<byte[]> decoded = new SoftReference<>(null);

    Decoded(TypedValues values) {
      this.values = values;
    }

    @Override
    public synchronized void fill(long at, MemorySegment dst) throws IOException {
      byte[] bytes = decoded.get();
      if (bytes == null) {
        bytes = values.decode();
        decoded = new SoftReference<>(bytes);
      }
      MemorySegment.copy(MemorySegment.ofArray(bytes), at, dst, 0, dst.byteSize());
    }
  }

  // --- text

  /// Nested lists of the tensor's shape; what is no UTF-8 comes as bytes.
  private Value texts(Parts parts, Shape shape, Where where) throws IOException {
    boolean elsewhere = parts.head.getDataLocation() != 0;
    if (elsewhere || (parts.data.field() != 0 && parts.data.field() != TensorData.STRINGS)) {
      throw new CheckpointException(where, "text that does not stand in string_data");
    }
    List<Range> pieces = parts.data.pieces();
    if (pieces.size() != shape.elementCount()) {
      throw new CheckpointException(
          where, "%d texts, the shape needs %d".formatted(pieces.size(), shape.elementCount()));
    }
    List<Value> level = new ArrayList<>();
    for (Range piece : pieces) {
      options.limits().check(Limit.TREE_BYTES, piece.size(), where);
      byte[] bytes = in.bytes(piece);
      level.add(
          Utf8.decode(ByteBuffer.wrap(bytes))
              .<Value>map(Scalar.Text::new)
              .orElseGet(() -> Scalar.Bytes.of(bytes)));
    }
    for (int dim = shape.rank() - 1; dim >= 0; dim--) {
      level = grouped(level, Math.toIntExact(shape.dim(dim)));
    }
    return level.isEmpty() ? Seq.of() : level.getFirst();
  }

  private static List<Value> grouped(List<Value> items, int size) {
    List<Value> groups = new ArrayList<>();
    for (int i = 0; size > 0 && i < items.size(); i += size) {
      groups.add(Seq.of(Seq.Kind.LIST, items.subList(i, i + size)));
    }
    return groups;
  }
}
