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
import org.statedict.tensor.Value;

/// Reads the initializers of a model: its weights. With the option `onnx.all` constants, tensors in
/// subgraphs, functions and graphs for training count, too.
final class ModelReader {
  private static final int NEWEST_VERSION = 14;
  private static final int GRAPH = 7;
  private static final int TRAINING = 20;
  private static final int FUNCTION = 25;

  private final Source source;
  private final LoadOptions options;
  private final PagedBytes in;
  private final StorageTable table;
  private final ExternalFiles external;
  private final GraphReader reader;
  private final boolean all;
  private final List<Range> trainings = new ArrayList<>();
  private final List<Range> functions = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  ModelReader(Source source, LoadOptions options) {
    this.source = source;
    this.options = options;
    this.in = new PagedBytes(source);
    this.table = new StorageTable(options);
    this.external = new ExternalFiles(source);
    this.all = Boolean.parseBoolean(options.adapters().get(OnnxFormat.ALL));
    this.reader = new GraphReader(in, options, new TensorReader(in, options, table, external), all);
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
      } else if (fields.is(TRAINING, WireReader.BYTES)) {
        trainings.add(fields.bytes());
      } else if (fields.is(FUNCTION, WireReader.BYTES)) {
        functions.add(fields.bytes());
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
      reader.graph(fields.message(graph, "graph"), "graph", Scope.MODEL);
    }
    others(fields);
    SequencedMap<String, Value> all = new LinkedHashMap<>(reader.tensors());
    all.putAll(reader.values());
    return new Contents(
        "", reader.tensors(), Contents.dict(all), metadata, table, warnings, external.opened());
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

  /// The graphs that train the model, and the functions that its nodes may call.
  private void others(WireReader fields) throws IOException {
    for (int i = 0; i < trainings.size(); i++) {
      WireReader training = fields.message(trainings.get(i), "training_info[%d]".formatted(i));
      while (training.next()) {
        boolean graph = training.is(1, WireReader.BYTES) || training.is(2, WireReader.BYTES);
        if (graph) {
          String part = training.field() == 1 ? "initialization" : "algorithm";
          String path = "training_info[%d].%s".formatted(i, part);
          Scope scope = Scope.MODEL.inside("training[%d]/%s".formatted(i, part), all);
          reader.graph(training.message(training.bytes(), path), path, scope);
        } else {
          training.skip();
        }
      }
    }
    for (int i = 0; i < functions.size(); i++) {
      reader.function(fields, functions.get(i), "functions[%d]".formatted(i), all);
    }
  }
}
