package org.statedict.io.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatTree;
import org.statedict.io.proto.Onnx.GraphProto;
import org.statedict.io.proto.Onnx.ModelProto;
import org.statedict.io.proto.Onnx.OperatorSetIdProto;
import org.statedict.io.proto.Onnx.StringStringEntryProto;
import org.statedict.io.proto.Onnx.TensorProto;
import org.statedict.io.proto.Onnx.TensorShapeProto;
import org.statedict.io.proto.Onnx.TypeProto;
import org.statedict.io.proto.Onnx.ValueInfoProto;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// A planned model. Sizes are known before anything is written, so it is written forward: what is
/// small is built by protobuf, the data are copied from where they are.
final class ModelWriter implements SavePlan {
  static final String PRODUCER = "statedict";

  private static final int PIECE = 1 << 20;
  private static final int GRAPH = 7;
  private static final int INITIALIZER = 5;
  private static final int RAW_DATA = 9;
  private static final long LARGEST_MODEL = Integer.MAX_VALUE;
  private static final int EXTERNAL = 1;

  private final String target;
  private final byte[] head;
  private final byte[] graphHead;
  private final List<Planned> tensors;
  private final ExternalLayout external;
  private final List<Loss> lost;

  /// A tensor, what stands before its data, and where these go if not into the model.
  private record Planned(Tensor tensor, ByteString head, boolean inside) {
    long dataSize() {
      return inside ? tensor.byteSize() : 0;
    }

    /// Empty data need no field.
    long messageSize() {
      return head.size() + (dataSize() == 0 ? 0 : 1 + lengthSize(dataSize()) + dataSize());
    }

    long size() {
      return 1 + lengthSize(messageSize()) + messageSize();
    }
  }

  private ModelWriter(
      String target,
      byte[] head,
      byte[] graphHead,
      List<Planned> tensors,
      ExternalLayout external,
      List<Loss> lost) {
    this.target = target;
    this.head = head;
    this.graphHead = graphHead;
    this.tensors = tensors;
    this.external = external;
    this.lost = lost;
  }

  /// @throws UnsupportedValueException if the model would pass 2 GiB and may have no data beside it
  static ModelWriter plan(Flat flat, String target, SaveOptions options) throws IOException {
    String where = options.adapters().getOrDefault(OnnxFormat.EXTERNAL, "auto");
    ModelWriter inside = plan(flat, target, options, false);
    boolean fits = inside.modelSize() <= LARGEST_MODEL;
    return switch (where) {
      case "never" -> inside.requireFits();
      case "always" -> plan(flat, target, options, true);
      case "auto" -> fits ? inside : plan(flat, target, options, true);
      default ->
          throw new IllegalArgumentException(
              "the option " + OnnxFormat.EXTERNAL + " is auto, always or never");
    };
  }

  private ModelWriter requireFits() throws UnsupportedValueException {
    if (modelSize() > LARGEST_MODEL) {
      throw new UnsupportedValueException(
          target,
          "a model of %d bytes, protobuf has at most 2 GiB; write the data beside it (%s=auto)"
              .formatted(modelSize(), OnnxFormat.EXTERNAL));
    }
    return this;
  }

  private static ModelWriter plan(
      Flat flat, String target, SaveOptions options, boolean elsewhere) {
    ExternalLayout external = new ExternalLayout(target + ".data");
    List<Planned> tensors = new ArrayList<>();
    for (Map.Entry<String, Tensor> entry : flat.tensors().entrySet()) {
      boolean inside = !elsewhere || entry.getValue().byteSize() == 0;
      tensors.add(planned(entry.getKey(), entry.getValue(), inside ? null : external));
    }
    return new ModelWriter(
        target, head(flat, options), graphHead(flat), tensors, external, flat.lost());
  }

  private static Planned planned(
      String name, Tensor tensor, @org.jspecify.annotations.Nullable ExternalLayout external) {
    TensorProto.Builder head =
        TensorProto.newBuilder()
            .setDataType(OnnxDTypes.of(tensor.dtype()).number())
            .setName(ByteString.copyFromUtf8(name));
    for (long dim : tensor.shape().toArray()) {
      head.addDims(dim);
    }
    if (external != null) {
      head.setDataLocation(EXTERNAL).addAllExternalData(external.add(tensor));
    }
    return new Planned(tensor, head.build().toByteString(), external == null);
  }

  private static byte[] head(Flat flat, SaveOptions options) {
    int version =
        flat.tensors().values().stream()
            .mapToInt(t -> OnnxDTypes.of(t.dtype()).version())
            .max()
            .orElse(OnnxDTypes.FLOAT.version());
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(version)
            .setProducerName(PRODUCER)
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset(version)));
    SequencedMap<String, String> metadata = new LinkedHashMap<>(options.metadata());
    flat.tree().ifPresent(tree -> metadata.put(FlatTree.KEY, tree));
    metadata.forEach((key, value) -> model.addMetadataProps(entry(key, value)));
    return model.build().toByteArray();
  }

  static StringStringEntryProto.Builder entry(String key, String value) {
    return StringStringEntryProto.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8(value));
  }

  /// The operator set that was current when a version of the representation came.
  private static int opset(int version) {
    return switch (version) {
      case 8 -> 18;
      case 9 -> 20;
      case 10 -> 21;
      case 11 -> 23;
      case 12 -> 24;
      case 13 -> 25;
      default -> 28;
    };
  }

  /// Without outputs onnxruntime does not load a model, so all initializers are some if it has
  /// their types.
  private static byte[] graphHead(Flat flat) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("statedict");
    boolean runnable =
        flat.tensors().values().stream().allMatch(t -> OnnxDTypes.of(t.dtype()).isRunnable());
    if (runnable) {
      flat.tensors().forEach((name, tensor) -> graph.addOutput(output(name, tensor)));
    }
    return graph.build().toByteArray();
  }

  private static ValueInfoProto.Builder output(String name, Tensor tensor) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : tensor.shape().toArray()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.TensorType.Builder type =
        TypeProto.TensorType.newBuilder()
            .setElemType(OnnxDTypes.of(tensor.dtype()).number())
            .setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(ByteString.copyFromUtf8(name))
        .setType(TypeProto.newBuilder().setTensorType(type));
  }

  private static int lengthSize(long length) {
    return CodedOutputStream.computeUInt64SizeNoTag(length);
  }

  private long graphSize() {
    return graphHead.length + tensors.stream().mapToLong(Planned::size).sum();
  }

  private long modelSize() {
    return head.length + 1L + lengthSize(graphSize()) + graphSize();
  }

  /// The data first, so that a model never names data that are not there yet.
  @Override
  public List<PlannedFile> files() {
    PlannedFile model = new PlannedFile(target, modelSize());
    return external.isEmpty() ? List.of(model) : List.of(external.file(), model);
  }

  @Override
  public List<Loss> lost() {
    return lost;
  }

  @Override
  public void write(Target to, Progress progress) throws IOException {
    if (!external.isEmpty()) {
      external.write(to, progress);
    }
    try (Target.Output output = to.create(files().getLast())) {
      output.write(MemorySegment.ofArray(head));
      length(output, GRAPH, graphSize());
      output.write(MemorySegment.ofArray(graphHead));
      MemorySegment piece = MemorySegment.ofArray(new byte[PIECE]);
      for (Planned tensor : tensors) {
        length(output, INITIALIZER, tensor.messageSize());
        output.write(MemorySegment.ofArray(tensor.head.toByteArray()));
        if (tensor.dataSize() > 0) {
          length(output, RAW_DATA, tensor.dataSize());
          data(output, tensor.tensor, piece, progress);
        }
      }
    }
  }

  /// The tag of a field of bytes, and their number.
  private static void length(Target.Output output, int field, long size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    coded.writeTag(field, WireReader.BYTES);
    coded.writeUInt64NoTag(size);
    coded.flush();
    output.write(MemorySegment.ofArray(bytes.toByteArray()));
  }

  static void data(Target.Output output, Tensor tensor, MemorySegment piece, Progress progress)
      throws IOException {
    TensorBytes bytes = TensorBytes.of(tensor);
    for (long at = 0; at < bytes.byteSize(); at += piece.byteSize()) {
      MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), bytes.byteSize() - at));
      bytes.copyTo(at, part);
      output.write(part);
      progress.advance(part.byteSize());
    }
  }
}
