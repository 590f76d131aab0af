package org.statedict.io.proto;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.FlatTree;
import org.statedict.io.proto.Onnx.TensorProto;
import org.statedict.tensor.Tensor;

/// A model whose initializers get new values, everything else in it passing through untouched:
/// nodes, inputs, outputs, metadata, fields that nobody here knows.
final class Template {
  private static final int GRAPH = 7;
  private static final int METADATA = 14;
  private static final int INITIALIZER = 5;

  private final Path path;
  private final Map<String, Tensor> tensors;
  private final Initializers initializers;
  private final String target;
  private final List<Loss> report = new ArrayList<>();
  private final Set<String> replaced = new HashSet<>();
  private final Limits limits;

  /// @param tensors the new values
  Template(
      Path path,
      Map<String, Tensor> tensors,
      Initializers initializers,
      String target,
      Limits limits) {
    this.path = path;
    this.tensors = tensors;
    this.initializers = initializers;
    this.target = target;
    this.limits = limits;
  }

  /// Whether a model holds a tree of values, which is not to be parted from its tensors.
  static boolean holdsTree(Path path) throws IOException {
    try (Source source = Source.open(path)) {
      WireReader model = WireReader.of(new PagedBytes(source));
      while (model.next()) {
        boolean entry = model.is(METADATA, WireReader.BYTES);
        Range field = model.skip();
        byte[] start = source.bytes(field.from(), (int) Math.min(64, field.size()));
        if (entry && new String(start, StandardCharsets.ISO_8859_1).contains(FlatTree.KEY)) {
          return true;
        }
      }
      return false;
    }
  }

  /// The parts of the model with the new values.
  ///
  /// @throws UnsupportedValueException if a new value has another shape than the old one
  List<Part> parts() throws IOException {
    try (Source source = Source.open(path)) {
      PagedBytes in = new PagedBytes(source);
      WireReader model = WireReader.of(in);
      List<Part> parts = new ArrayList<>();
      while (model.next()) {
        if (model.is(GRAPH, WireReader.BYTES)) {
          WireReader graph = model.message(model.bytes(), "graph");
          parts.add(new Part.Message(GRAPH, graph(in, graph)));
        } else {
          copy(parts, model.skip());
        }
      }
      reportStrangers();
      return parts;
    }
  }

  /// Names that do not match.
  List<Loss> report() {
    return report;
  }

  private void reportStrangers() {
    for (String name : tensors.keySet()) {
      if (!replaced.contains(name)) {
        report.add(
            new Loss(
                "'%s', which the template does not have".formatted(Escapes.visible(name)), false));
      }
    }
  }

  private static void copy(List<Part> parts, Range range) {
    if (!parts.isEmpty()
        && parts.getLast() instanceof Part.Copied last
        && last.range().end() == range.from()) {
      parts.removeLast();
      parts.add(new Part.Copied(new Range(last.range().from(), range.end())));
    } else {
      parts.add(new Part.Copied(range));
    }
  }

  private List<Part> graph(PagedBytes in, WireReader graph) throws IOException {
    List<Part> parts = new ArrayList<>();
    while (graph.next()) {
      boolean initializer = graph.is(INITIALIZER, WireReader.BYTES);
      WireReader field = graph.copy();
      Range whole = graph.skip();
      if (!initializer || !initializer(in, field, parts)) {
        copy(parts, whole);
      }
    }
    return parts;
  }

  /// Adds an initializer with its new value.
  ///
  /// @return false if there is none
  private boolean initializer(PagedBytes in, WireReader graph, List<Part> parts)
      throws IOException {
    WireReader message = graph.message(graph.bytes(), "graph.initializer");
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    ByteArrayOutputStream more = new ByteArrayOutputStream();
    while (message.next()) {
      Range field = message.skip();
      @Nullable ByteArrayOutputStream to =
          switch (message.field()) {
            case 1, 2, 8, 13, 14 -> head;
            case 3, 4, 5, 6, 7, 9, 10, 11 -> null;
            default -> more;
          };
      if (to != null) {
        limits.check(Limit.TREE_BYTES, field.size(), message.here());
        to.writeBytes(in.bytes(field));
      }
    }
    TensorProto old = TensorProto.parseFrom(head.toByteArray());
    Where where = Where.in(in.source().name()).entry("graph.initializer");
    String name = Utf8.require(old.getName(), where, "a name");
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      keep(name, old);
      return false;
    }
    requireShape(name, old, tensor);
    replaced.add(name);
    parts.add(initializers.part(name, tensor, ByteString.copyFrom(more.toByteArray())));
    return true;
  }

  private void keep(String name, TensorProto old) throws CheckpointException {
    if (old.getDataLocation() != 0) {
      throw new CheckpointException(
          Where.in(path.toString()).entry("tensor '" + Escapes.visible(name) + "'"),
          "has its data in another file and no new value; give it one, or take a template with its data inside");
    }
    report.add(
        new Loss(
            "a new value of '%s', which keeps its own".formatted(Escapes.visible(name)), true));
  }

  private void requireShape(String name, TensorProto old, Tensor tensor)
      throws UnsupportedValueException {
    if (!old.getDimsList().equals(tensor.shape().toList())) {
      throw new UnsupportedValueException(
          target,
          "'%s' has the shape %s, the template's has %s"
              .formatted(Escapes.visible(name), tensor.shape(), old.getDimsList()));
    }
  }
}
