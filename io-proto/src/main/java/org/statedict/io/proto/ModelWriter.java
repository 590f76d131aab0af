package org.statedict.io.proto;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatTree;
import org.statedict.io.proto.Onnx.GraphProto;
import org.statedict.io.proto.Onnx.ModelProto;
import org.statedict.io.proto.Onnx.OperatorSetIdProto;
import org.statedict.io.proto.Onnx.StringStringEntryProto;
import org.statedict.io.proto.Onnx.TensorShapeProto;
import org.statedict.io.proto.Onnx.TypeProto;
import org.statedict.io.proto.Onnx.ValueInfoProto;
import org.statedict.tensor.Tensor;

/// A planned model. Sizes are known before anything is written, so it is written forward: what is
/// small is built by protobuf, the data are copied from where they are.
final class ModelWriter implements SavePlan {
  static final String PRODUCER = "statedict";

  private static final int GRAPH = 7;
  private static final long LARGEST_MODEL = Integer.MAX_VALUE;

  private final String target;
  private final List<Part> parts;
  private final ExternalLayout external;
  private final @Nullable Path template;
  private final List<Loss> lost;

  private ModelWriter(
      String target,
      List<Part> parts,
      ExternalLayout external,
      @Nullable Path template,
      List<Loss> lost) {
    this.target = target;
    this.parts = parts;
    this.external = external;
    this.template = template;
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

  private static ModelWriter plan(Flat flat, String target, SaveOptions options, boolean elsewhere)
      throws IOException {
    ExternalLayout external = new ExternalLayout(target + ".data");
    Initializers initializers = new Initializers(elsewhere ? external : null);
    Optional<Path> template = template(options);
    if (template.isEmpty()) {
      List<Part> graph = new ArrayList<>();
      graph.add(new Part.Fields(graphHead(flat)));
      flat.tensors().forEach((name, t) -> graph.add(initializers.part(name, t, ByteString.EMPTY)));
      List<Part> parts =
          List.of(new Part.Fields(head(flat, options)), new Part.Message(GRAPH, graph));
      return new ModelWriter(target, parts, external, null, flat.lost());
    }
    Template model =
        new Template(template.get(), flat.tensors(), initializers, target, options.limits());
    List<Part> parts = model.parts();
    List<Loss> lost = new ArrayList<>(flat.lost());
    lost.addAll(model.report());
    if (flat.tree().isPresent()) {
      lost.add(new Loss("everything but the tensors, for which the template has no place", false));
    }
    return new ModelWriter(target, parts, external, template.get(), lost);
  }

  /// The model that is asked to be a template; or the one that the value came from, unless its
  /// tensors belong to a tree.
  private static Optional<Path> template(SaveOptions options) throws IOException {
    String asked = options.adapters().get(OnnxFormat.TEMPLATE);
    if (asked != null) {
      return Optional.of(Path.of(asked));
    }
    String origin = options.adapters().get(OnnxFormat.KEEP);
    return origin == null || Template.holdsTree(Path.of(origin))
        ? Optional.empty()
        : Optional.of(Path.of(origin));
  }

  private static ByteString head(Flat flat, SaveOptions options) {
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
    return model.build().toByteString();
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
  private static ByteString graphHead(Flat flat) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("statedict");
    boolean runnable =
        flat.tensors().values().stream().allMatch(t -> OnnxDTypes.of(t.dtype()).isRunnable());
    if (runnable) {
      flat.tensors().forEach((name, tensor) -> graph.addOutput(output(name, tensor)));
    }
    return graph.build().toByteString();
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

  private long modelSize() {
    return parts.stream().mapToLong(Part::size).sum();
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
    try (Target.Output output = to.create(files().getLast());
        @Nullable Source copied = template == null ? null : Source.open(template)) {
      Part.Sink sink = new Part.Sink(output, progress, copied);
      for (Part part : parts) {
        part.write(sink);
      }
    }
  }
}
