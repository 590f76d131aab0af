package org.statedict.io.proto;

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
import org.statedict.tensor.Dict;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Collects the initializers of graphs. What lies in nodes is walked over to its bottom, so that a
/// model is refused that is nested deeper than protobuf allows, and collected only if asked for.
final class GraphReader {
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;
  private static final int SPARSE_INITIALIZER = 15;

  private final PagedBytes in;
  private final LoadOptions options;
  private final TensorReader tensorReader;
  private final NodeReader nodes;
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final SequencedMap<String, Value> values = new LinkedHashMap<>();

  /// @param all whether tensors in nodes count, too
  GraphReader(PagedBytes in, LoadOptions options, TensorReader tensorReader, boolean all) {
    this.in = in;
    this.options = options;
    this.tensorReader = tensorReader;
    this.nodes = new NodeReader(in, tensorReader, this, all);
  }

  SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  SequencedMap<String, Value> values() {
    return values;
  }

  /// Reads a graph.
  ///
  /// @param path the field that it is, for messages
  /// @param scope what the names in it begin with; none if its initializers do not count
  void graph(WireReader graph, String path, Scope scope) throws IOException {
    int initializers = 0;
    int sparse = 0;
    int node = 0;
    while (graph.next()) {
      if (scope.counts() && graph.is(INITIALIZER, WireReader.BYTES)) {
        initializer(graph, "%s.initializer[%d]".formatted(path, initializers++), scope);
      } else if (scope.counts() && graph.is(SPARSE_INITIALIZER, WireReader.BYTES)) {
        sparse(graph, "%s.sparse_initializer[%d]".formatted(path, sparse++), scope);
      } else if (graph.is(NODE, WireReader.BYTES)) {
        String nodePath = "%s.node[%d]".formatted(path, node);
        nodes.node(graph.message(graph.bytes(), nodePath), nodePath, node++, scope);
      } else {
        graph.skip();
      }
    }
  }

  /// Reads the nodes of a function that the model defines.
  void function(WireReader model, Range range, String path, boolean all) throws IOException {
    String name = "";
    String domain = "";
    List<Range> bodies = new ArrayList<>();
    WireReader function = model.message(range, path);
    while (function.next()) {
      if (function.wire() != WireReader.BYTES) {
        function.skip();
        continue;
      }
      Range field = function.bytes();
      switch (function.field()) {
        case 1 -> name = nodes.text(field);
        case 7 -> bodies.add(field);
        case 10 -> domain = nodes.text(field);
        default -> {}
      }
    }
    Scope scope = Scope.MODEL.inside("function[%s:%s]".formatted(domain, name), all);
    for (int i = 0; i < bodies.size(); i++) {
      String nodePath = "%s.node[%d]".formatted(path, i);
      nodes.node(function.message(bodies.get(i), nodePath), nodePath, i, scope);
    }
  }

  private void initializer(WireReader graph, String path, Scope scope) throws IOException {
    TensorReader.Named named = tensorReader.read(graph.message(graph.bytes(), path), path);
    if (named.name().isEmpty()) {
      throw new CheckpointException(at(path), "an initializer without a name");
    }
    add(scope.name(named.name()), named.value(), path);
  }

  private Where at(String path) {
    return Where.in(in.source().name()).entry(path);
  }

  /// @throws CheckpointException if the name is taken
  void add(String name, Value value, String path) throws CheckpointException {
    options.limits().check(Limit.TENSORS, tensors.size() + values.size() + 1L, at(path));
    if (tensors.containsKey(name) || values.containsKey(name)) {
      throw new CheckpointException(
          at(path),
          "two tensors are named '%s'; which is meant is unclear".formatted(Escapes.visible(name)));
    }
    if (value instanceof Tensor tensor) {
      tensors.put(name, tensor);
    } else {
      values.put(name, value);
    }
  }

  /// A sparse initializer is a dictionary of its parts; its values have its name.
  private void sparse(WireReader graph, String path, Scope scope) throws IOException {
    WireReader message = graph.message(graph.bytes(), path);
    Value[] parts = {Seq.of(), Seq.of()};
    String name = "";
    List<Value> dims = new ArrayList<>();
    while (message.next()) {
      if (message.is(1, WireReader.BYTES) || message.is(2, WireReader.BYTES)) {
        boolean isValues = message.field() == 1;
        String partPath = path + (isValues ? ".values" : ".indices");
        TensorReader.Named tensor =
            tensorReader.read(message.message(message.bytes(), partPath), partPath);
        parts[message.field() - 1] = tensor.value();
        name = isValues ? tensor.name() : name;
      } else if (message.field() == 3) {
        dims(message, dims);
      } else {
        message.skip();
      }
    }
    if (name.isEmpty()) {
      throw new CheckpointException(at(path), "a sparse initializer without a name");
    }
    Value shape = Seq.of(Seq.Kind.SIZE, dims);
    add(scope.name(name), Dict.of("values", parts[0], "indices", parts[1], "shape", shape), path);
  }

  private void dims(WireReader message, List<Value> dims) throws IOException {
    if (message.wire() == WireReader.VARINT) {
      dims.add(Value.of(message.varint()));
    } else {
      WireReader packed = message.message(message.bytes(), "dims");
      while (packed.hasMore() && dims.size() <= options.limits().get(Limit.RANK)) {
        dims.add(Value.of(packed.varint()));
      }
    }
    options.limits().check(Limit.RANK, dims.size(), message.here());
  }
}
