package org.statedict.io.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Walks over a node and the graphs in its attributes.
///
/// A constant has the name of its output; other tensors are named `NODE/ATTRIBUTE`, those of graphs
/// in attributes `NODE/ATTRIBUTE/NAME`, where a node without a name is `#` and its number.
final class NodeReader {
  private final PagedBytes in;
  private final TensorReader tensors;
  private final GraphReader graphs;
  private final boolean all;

  NodeReader(PagedBytes in, TensorReader tensors, GraphReader graphs, boolean all) {
    this.in = in;
    this.tensors = tensors;
    this.graphs = graphs;
    this.all = all;
  }

  void node(WireReader node, String path, int number, Scope scope) throws IOException {
    List<Range> attributes = new ArrayList<>();
    String name = "";
    String output = "";
    String type = "";
    String domain = "";
    while (node.next()) {
      if (node.wire() != WireReader.BYTES) {
        node.skip();
        continue;
      }
      Range field = node.bytes();
      switch (node.field()) {
        case 2 -> output = output.isEmpty() ? text(field) : output;
        case 3 -> name = text(field);
        case 4 -> type = text(field);
        case 5 -> attributes.add(field);
        case 7 -> domain = text(field);
        default -> {}
      }
    }
    boolean constant = type.equals("Constant") && (domain.isEmpty() || domain.equals("ai.onnx"));
    Node parsed =
        new Node(path, name.isEmpty() ? "#" + number : name, constant ? output : "", scope);
    for (Range attribute : attributes) {
      attribute(node.message(attribute, path + ".attribute"), parsed);
    }
  }

  /// @param constant the name of the constant that the node is, if it is one
  private record Node(String path, String name, String constant, Scope scope) {}

  private void attribute(WireReader attribute, Node node) throws IOException {
    List<Range> tensorRanges = new ArrayList<>();
    List<Range> graphRanges = new ArrayList<>();
    Plain plain = new Plain();
    String name = "";
    while (attribute.next()) {
      boolean bytes = attribute.wire() == WireReader.BYTES;
      switch (attribute.field()) {
        case 1 -> name = bytes ? text(attribute.bytes()) : skipped(attribute);
        case 5, 10 -> addOrSkip(attribute, tensorRanges);
        case 6, 11 -> addOrSkip(attribute, graphRanges);
        default -> plain.take(attribute);
      }
    }
    if (all && node.scope.counts()) {
      tensors(attribute, tensorRanges, name, node);
      if (!node.constant.isEmpty()) {
        plain.addTo(name, node);
      }
    }
    for (int i = 0; i < graphRanges.size(); i++) {
      String index = graphRanges.size() == 1 ? "" : "[" + i + "]";
      String path = node.path + "." + name + index;
      Scope scope = node.scope.inside(node.name + "/" + name + index, all);
      graphs.graph(attribute.message(graphRanges.get(i), path), path, scope);
    }
  }

  private static String skipped(WireReader field) throws IOException {
    field.skip();
    return "";
  }

  private static void addOrSkip(WireReader field, List<Range> ranges) throws IOException {
    if (field.wire() == WireReader.BYTES) {
      ranges.add(field.bytes());
    } else {
      field.skip();
    }
  }

  private void tensors(WireReader attribute, List<Range> ranges, String name, Node node)
      throws IOException {
    for (int i = 0; i < ranges.size(); i++) {
      String index = ranges.size() == 1 ? "" : "[" + i + "]";
      String path = node.path + "." + name + index;
      TensorReader.Named tensor = tensors.read(attribute.message(ranges.get(i), path), path);
      String listed = node.constant.isEmpty() ? node.name + "/" + name + index : node.constant;
      graphs.add(node.scope.name(listed), tensor.value(), path);
    }
  }

  String text(Range range) throws IOException {
    Where where = Where.in(in.source().name()).at(range.from());
    Limits.DEFAULT.check(Limit.NAME_BYTES, range.size(), where);
    return Utf8.decode(ByteBuffer.wrap(in.bytes(range)))
        .orElseThrow(() -> new CheckpointException(where, "a name that is no UTF-8; refused"));
  }

  /// The values of an attribute that are no messages.
  private final class Plain {
    private final List<Float> floats = new ArrayList<>();
    private final List<Long> ints = new ArrayList<>();
    private final List<Value> texts = new ArrayList<>();

    void take(WireReader attribute) throws IOException {
      switch (attribute.field()) {
        case 2, 7 -> floats(attribute);
        case 3, 8 -> ints(attribute);
        case 4, 9 -> texts(attribute);
        default -> attribute.skip();
      }
    }

    private void floats(WireReader attribute) throws IOException {
      Range range =
          switch (attribute.wire()) {
            case WireReader.FIXED32 -> attribute.fixed(4);
            case WireReader.BYTES -> attribute.bytes();
            default -> new Range(attribute.skip().end(), 0);
          };
      for (long at = range.from(); at + 4 <= range.end(); at += 4) {
        int bits = 0;
        for (int i = 3; i >= 0; i--) {
          bits = bits << 8 | in.at(at + i);
        }
        floats.add(Float.intBitsToFloat(bits));
      }
    }

    private void ints(WireReader attribute) throws IOException {
      switch (attribute.wire()) {
        case WireReader.VARINT -> ints.add(attribute.varint());
        case WireReader.BYTES -> {
          WireReader packed = attribute.message(attribute.bytes(), "ints");
          while (packed.hasMore()) {
            ints.add(packed.varint());
          }
        }
        default -> attribute.skip();
      }
    }

    private void texts(WireReader attribute) throws IOException {
      if (attribute.wire() != WireReader.BYTES) {
        attribute.skip();
        return;
      }
      Range range = attribute.bytes();
      Where where = Where.in(in.source().name()).at(range.from());
      Limits.DEFAULT.check(Limit.TREE_BYTES, range.size(), where);
      byte[] bytes = in.bytes(range);
      texts.add(
          Utf8.decode(ByteBuffer.wrap(bytes))
              .<Value>map(Scalar.Text::new)
              .orElseGet(() -> Scalar.Bytes.of(bytes)));
    }

    void addTo(String attribute, Node node) throws CheckpointException {
      Value value =
          switch (attribute) {
            case "value_float", "value_floats" -> floats(attribute.endsWith("s"));
            case "value_int", "value_ints" -> ints(attribute.endsWith("s"));
            case "value_string" -> texts.isEmpty() ? Scalar.Nil.NONE : texts.getFirst();
            case "value_strings" -> Seq.of(Seq.Kind.LIST, texts);
            default -> Scalar.Nil.NONE;
          };
      if (!(value instanceof Scalar.Nil)) {
        graphs.add(node.scope.name(node.constant), value, node.path + "." + attribute);
      }
    }

    private Value floats(boolean several) {
      float[] numbers = new float[floats.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = floats.get(i);
      }
      Tensor tensor = Tensor.of(numbers, numbers.length);
      return several || numbers.length != 1 ? tensor : tensor.reshape();
    }

    private Value ints(boolean several) {
      long[] numbers = ints.stream().mapToLong(Long::longValue).toArray();
      Tensor tensor = Tensor.of(numbers, numbers.length);
      return several || numbers.length != 1 ? tensor : tensor.reshape();
    }
  }
}
