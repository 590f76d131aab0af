package org.statedict.io.proto;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.FlatFormat.Contents;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.io.proto.Onnx.ModelProto;
import org.statedict.io.proto.Onnx.StringStringEntryProto;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Reads the initializers of a model: its weights. Nodes, inputs and outputs are walked over.
final class ModelReader {
  private static final int NEWEST_VERSION = 14;
  private static final int GRAPH = 7;
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;
  private static final int SPARSE_INITIALIZER = 15;

  private final Source source;
  private final LoadOptions options;
  private final PagedBytes in;
  private final StorageTable table;
  private final ExternalFiles external;
  private final TensorReader tensorReader;
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final SequencedMap<String, Value> values = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private int initializers;
  private int sparse;

  ModelReader(Source source, LoadOptions options) {
    this.source = source;
    this.options = options;
    this.in = new PagedBytes(source);
    this.table = new StorageTable(options);
    this.external = new ExternalFiles(source);
    this.tensorReader = new TensorReader(in, options, table, external);
  }

  Contents read() throws IOException {
    try {
      return contents();
    } catch (IOException | RuntimeException e) {
      external.close();
      throw e;
    }
  }

  private Contents contents() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    List<Range> graphs = new ArrayList<>();
    WireReader fields = WireReader.of(in);
    while (fields.next()) {
      if (fields.is(GRAPH, WireReader.BYTES)) {
        graphs.add(fields.bytes());
      } else {
        Range field = fields.skip();
        if (isHead(fields.field())) {
          options.limits().check(Limit.TREE_BYTES, field.size(), fields.here());
          head.writeBytes(in.bytes(field));
        }
      }
    }
    ModelProto model = parsed(head.toByteArray());
    if (graphs.isEmpty()) {
      requireWhole(model);
    }
    SequencedMap<String, String> metadata = metadata(model);
    for (Range graph : graphs) {
      graph(fields.message(graph, "graph"));
    }
    return new Contents(tensors, values, metadata, table, warnings, external.opened());
  }

  private static boolean isHead(int field) {
    return switch (field) {
      case 1, 2, 8, 14 -> true;
      default -> false;
    };
  }

  /// A model may be without a graph, but a file may also have been cut before it.
  private void requireWhole(ModelProto model) throws CheckpointException {
    boolean ours = model.getProducerName().equals(ModelWriter.PRODUCER);
    if (ours || model.getOpsetImportCount() == 0) {
      throw new CheckpointException(
          Where.in(source.name()), "no graph; the file is empty or cut short, fetch it again");
    }
    warnings.add("no graph, so there are no tensors");
  }

  private ModelProto parsed(byte[] head) throws CheckpointException {
    try {
      ModelProto model = ModelProto.parseFrom(head);
      noteVersions(model);
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(Where.in(source.name()), "no ONNX model: " + e.getMessage(), e);
    }
  }

  private void noteVersions(ModelProto model) {
    if (!model.hasIrVersion()) {
      warnings.add("no ir_version, which onnx refuses");
    } else if (model.getIrVersion() > NEWEST_VERSION) {
      warnings.add(
          "ir_version %d, up to %d is known; what is new in it was skipped"
              .formatted(model.getIrVersion(), NEWEST_VERSION));
    }
    if (model.getOpsetImportCount() == 0) {
      warnings.add("no opset_import, which onnx refuses");
    }
  }

  private SequencedMap<String, String> metadata(ModelProto model) throws CheckpointException {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    Where where = Where.in(source.name()).entry("metadata_props");
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      String key = Utf8.require(entry.getKey(), where, "a key");
      if (metadata.put(key, Utf8.require(entry.getValue(), where, "a value")) != null) {
        throw new CheckpointException(
            where, "two values of '%s'; which is meant is unclear".formatted(Escapes.visible(key)));
      }
    }
    return metadata;
  }

  private void graph(WireReader graph) throws IOException {
    while (graph.next()) {
      if (graph.is(INITIALIZER, WireReader.BYTES)) {
        initializer(graph);
      } else if (graph.is(SPARSE_INITIALIZER, WireReader.BYTES)) {
        sparse(graph);
      } else if (graph.is(NODE, WireReader.BYTES)) {
        new DepthCheck(graph.message(graph.bytes(), "graph.node")).run();
      } else {
        graph.skip();
      }
    }
  }

  private void initializer(WireReader graph) throws IOException {
    options.limits().check(Limit.TENSORS, initializers + 1L, graph.here());
    String path = "graph.initializer[%d]".formatted(initializers++);
    TensorReader.Named tensor = tensorReader.read(graph.message(graph.bytes(), path), path);
    add(tensor, path);
  }

  private void add(TensorReader.Named named, String path) throws CheckpointException {
    Where where = Where.in(source.name()).entry(path);
    if (named.name().isEmpty()) {
      throw new CheckpointException(where, "an initializer without a name");
    }
    if (tensors.containsKey(named.name()) || values.containsKey(named.name())) {
      throw new CheckpointException(
          where,
          "two initializers are named '%s'; which is meant is unclear"
              .formatted(Escapes.visible(named.name())));
    }
    if (named.value() instanceof Tensor tensor) {
      tensors.put(named.name(), tensor);
    } else {
      values.put(named.name(), named.value());
    }
  }

  /// A sparse initializer is a dictionary of its parts; its values have its name.
  private void sparse(WireReader graph) throws IOException {
    String path = "graph.sparse_initializer[%d]".formatted(sparse++);
    WireReader message = graph.message(graph.bytes(), path);
    Value[] parts = {Seq.of(), Seq.of()};
    String name = "";
    List<Value> dims = new ArrayList<>();
    while (message.next()) {
      if (message.is(1, WireReader.BYTES) || message.is(2, WireReader.BYTES)) {
        int part = message.field() - 1;
        String partPath = path + (part == 0 ? ".values" : ".indices");
        TensorReader.Named tensor =
            tensorReader.read(message.message(message.bytes(), partPath), partPath);
        parts[part] = tensor.value();
        name = part == 0 ? tensor.name() : name;
      } else if (message.is(3, WireReader.VARINT)) {
        dims.add(Value.of(message.varint()));
      } else if (message.is(3, WireReader.BYTES)) {
        WireReader packed = message.message(message.bytes(), path + ".dims");
        while (packed.hasMore()) {
          dims.add(Value.of(packed.varint()));
        }
      } else {
        message.skip();
      }
      options.limits().check(Limit.RANK, dims.size(), message.here());
    }
    Value value =
        Dict.of("values", parts[0], "indices", parts[1], "shape", Seq.of(Seq.Kind.SIZE, dims));
    add(new TensorReader.Named(name, value), path);
  }
}
