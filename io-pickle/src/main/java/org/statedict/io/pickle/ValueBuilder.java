package org.statedict.io.pickle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.io.pickle.PyObject.PyCall;
import org.statedict.io.pickle.PyObject.PyDict;
import org.statedict.io.pickle.PyObject.PyGlobal;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.io.pickle.PyObject.PySeq;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// Turns the nodes of a pickle into values: the names that containers and tensors need become what
/// they stand for, every other object stays an inert [Opaque].
///
/// A node becomes one value however often it is used, so what was shared stays shared.
final class ValueBuilder {
  private final Where where;
  private final Limits limits;
  private final TensorBuilder tensors;
  private final Persistents persistents;
  private final IdentityHashMap<PyObject, Value> done = new IdentityHashMap<>();
  private final Set<PyObject> open = Collections.newSetFromMap(new IdentityHashMap<>());

  /// @param where the pickle's entry, for messages
  ValueBuilder(Where where, Limits limits, Storages storages) {
    this.where = where;
    this.limits = limits;
    this.tensors = new TensorBuilder(this, storages, limits);
    this.persistents = tensors::bareStorage;
  }

  /// @param where the pickle's entry, for messages
  /// @param persistents what lies beside the pickle, storages and whole tensors
  ValueBuilder(Where where, Limits limits, Persistents persistents) {
    this.where = where;
    this.limits = limits;
    this.tensors =
        new TensorBuilder(
            this,
            (declared, _) -> {
              throw new CheckpointException(
                  declared.where(), "a tensor in the pickle, where only its number should be");
            },
            limits);
    this.persistents = persistents;
  }

  /// What lies beside a pickle, by the ids that the pickle gives to it.
  interface Persistents {
    /// What the id of `node` names.
    ///
    /// @throws CheckpointException if nothing of that name is there
    Value get(PyPersistent node) throws CheckpointException;
  }

  /// The value of `root`.
  ///
  /// @throws CheckpointException if it contains itself, is too deep or malformed
  Value build(PyObject root) throws CheckpointException {
    return build(root, 0);
  }

  Where at(PyObject node) {
    return where.at(node.offset());
  }

  CheckpointException fail(PyObject at, String problem) {
    return new CheckpointException(at(at), problem);
  }

  Value build(PyObject node, int depth) throws CheckpointException {
    Value known = done.get(node);
    if (known != null) {
      return known;
    }
    limits.check(Limit.VALUE_DEPTH, depth, where.at(node.offset()));
    if (!open.add(node)) {
      throw fail(
          node, "a value that contains itself, which no format but a pickle can hold; refused");
    }
    Value value = make(node, depth);
    open.remove(node);
    done.put(node, value);
    return value;
  }

  private Value make(PyObject node, int depth) throws CheckpointException {
    return switch (node) {
      case PyScalar scalar -> scalar.value();
      case PyGlobal global -> name(global);
      case PySeq seq -> Seq.of(seq.kind, all(seq.items, depth));
      case PyDict dict -> entries(Dict.builder(), dict, depth).build();
      case PyPersistent persistent -> persistents.get(persistent);
      case PyCall call -> call(call, depth);
    };
  }

  private static Value name(PyGlobal global) {
    Optional<DType> dtype =
        global.module().equals("torch") ? TorchNames.dtypeNamed(global.name()) : Optional.empty();
    return dtype
        .<Value>map(Scalar.DTypeName::new)
        .orElseGet(() -> new Scalar.GlobalName(global.qualifiedName()));
  }

  List<Value> all(List<PyObject> nodes, int depth) throws CheckpointException {
    List<Value> values = new ArrayList<>(nodes.size());
    for (PyObject node : nodes) {
      values.add(build(node, depth + 1));
    }
    return values;
  }

  private Dict.Builder entries(Dict.Builder into, PyDict dict, int depth)
      throws CheckpointException {
    List<PyObject> all = dict.keysAndValues;
    for (int i = 0; i < all.size(); i += 2) {
      Value key = build(all.get(i), depth + 1);
      try {
        into.put(key, build(all.get(i + 1), depth + 1));
      } catch (IllegalArgumentException e) {
        throw fail(all.get(i), e.getMessage() + "; only scalars and tuples of them are keys here");
      }
    }
    return into;
  }

  // --- calls

  private Value call(PyCall call, int depth) throws CheckpointException {
    String name = call.callee.qualifiedName();
    return switch (name) {
      case "collections.OrderedDict" -> ordered(call, depth);
      case "builtins.set" -> Seq.of(Seq.Kind.SET, items(call, depth));
      case "builtins.frozenset" -> Seq.of(Seq.Kind.FROZENSET, items(call, depth));
      case "builtins.list" -> Seq.of(Seq.Kind.LIST, items(call, depth));
      case "builtins.tuple" -> Seq.of(Seq.Kind.TUPLE, items(call, depth));
      case "torch.Size" -> size(call, depth);
      case "builtins.complex" -> complex(call);
      case "builtins.bytearray" -> bytearray(call, depth);
      case "builtins.bytes" -> bytes(call);
      case "_codecs.encode" -> encoded(call);
      case "torch.device" -> device(call);
      case "torch.serialization._get_layout" -> layout(call);
      default -> TensorBuilder.isTensor(call) ? tensors.build(call, depth) : other(call, depth);
    };
  }

  private Value other(PyCall call, int depth) throws CheckpointException {
    Optional<Value> numpy = new NumpyBuilder(this).build(call, depth);
    return numpy.isPresent() ? numpy.get() : object(call, depth);
  }

  private Opaque object(PyCall call, int depth) throws CheckpointException {
    List<Map.Entry<Value, Value>> pairs = new ArrayList<>();
    for (int i = 0; i < call.pairs.keysAndValues.size(); i += 2) {
      pairs.add(
          Map.entry(
              build(call.pairs.keysAndValues.get(i), depth + 1),
              build(call.pairs.keysAndValues.get(i + 1), depth + 1)));
    }
    return new Opaque(
        call.callee.qualifiedName(),
        build(call.args, depth + 1),
        state(call, depth),
        all(call.items, depth),
        pairs);
  }

  private @Nullable Value state(PyCall call, int depth) throws CheckpointException {
    return call.state == null ? null : build(call.state, depth + 1);
  }

  private Dict ordered(PyCall call, int depth) throws CheckpointException {
    Dict.Builder dict = Dict.builder(Dict.Kind.ORDERED);
    List<PyObject> args = arguments(call, 0, 1);
    if (args.size() == 1) {
      for (PyObject pair : seq(args.getFirst()).items) {
        List<PyObject> both = seq(pair).items;
        if (both.size() != 2) {
          throw fail(pair, "an entry of an OrderedDict that is no pair");
        }
        dict.put(build(both.get(0), depth + 1), build(both.get(1), depth + 1));
      }
    }
    entries(dict, call.pairs, depth);
    if (call.state != null) {
      dict.attributes(attributes(call, depth));
    }
    return dict.build();
  }

  private Dict attributes(PyCall call, int depth) throws CheckpointException {
    if (state(call, depth) instanceof Dict attributes) {
      return attributes;
    }
    throw fail(call, "the state of an OrderedDict that is no dict");
  }

  private List<Value> items(PyCall call, int depth) throws CheckpointException {
    List<PyObject> args = arguments(call, 0, 1);
    return args.isEmpty() ? List.of() : all(seq(args.getFirst()).items, depth + 1);
  }

  private Value size(PyCall call, int depth) throws CheckpointException {
    List<Value> dims = items(call, depth);
    for (Value dim : dims) {
      if (!(dim instanceof Scalar.Int)) {
        throw fail(call, "a torch.Size of what is no integer");
      }
    }
    return Seq.of(Seq.Kind.SIZE, dims);
  }

  private Value complex(PyCall call) throws CheckpointException {
    List<PyObject> args = arguments(call, 2, 2);
    if (args.get(0) instanceof PyScalar re
        && re.value() instanceof Scalar.Real real
        && args.get(1) instanceof PyScalar im
        && im.value() instanceof Scalar.Real imaginary) {
      return new Scalar.Complex(real, imaginary);
    }
    throw fail(call, "a complex number of what are no floats");
  }

  private Value bytes(PyCall call) throws CheckpointException {
    arguments(call, 0, 0);
    return Scalar.Bytes.of();
  }

  private Value bytearray(PyCall call, int depth) throws CheckpointException {
    List<PyObject> args = arguments(call, 0, 2);
    if (args.isEmpty()) {
      return Scalar.Bytes.array();
    }
    Value content = build(args.getFirst(), depth + 1);
    if (args.size() == 1 && content instanceof Scalar.Bytes bytes) {
      return Scalar.Bytes.array(bytes.toArray());
    }
    if (args.size() == 2 && content instanceof Scalar.Text text && isText(args.get(1), "latin-1")) {
      return Scalar.Bytes.array(latin1(call, text.value()));
    }
    throw fail(call, "a bytearray of what are no bytes; refused");
  }

  private Value encoded(PyCall call) throws CheckpointException {
    List<PyObject> args = arguments(call, 2, 2);
    if (args.get(0) instanceof PyScalar scalar
        && scalar.value() instanceof Scalar.Text text
        && (isText(args.get(1), "latin1") || isText(args.get(1), "latin-1"))) {
      return Scalar.Bytes.of(latin1(call, text.value()));
    }
    throw fail(call, "text to be encoded other than to Latin-1, which is how bytes are written");
  }

  private static boolean isText(PyObject node, String text) {
    return node instanceof PyScalar scalar && scalar.value().equals(new Scalar.Text(text));
  }

  private byte[] latin1(PyCall call, String text) throws CheckpointException {
    if (text.chars().anyMatch(c -> c > 0xFF)) {
      throw fail(call, "bytes written as characters beyond U+00FF");
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private Value device(PyCall call) throws CheckpointException {
    List<PyObject> args = arguments(call, 1, 2);
    if (args.get(0) instanceof PyScalar scalar && scalar.value() instanceof Scalar.Text type) {
      if (args.size() == 1) {
        return new Scalar.DeviceName(new Device(type.value()));
      }
      if (args.get(1) instanceof PyScalar number && number.value() instanceof Scalar.Int index) {
        return new Scalar.DeviceName(new Device(type.value() + ":" + index.value()));
      }
    }
    throw fail(call, "a torch.device of other than a name and a number");
  }

  private Value layout(PyCall call) throws CheckpointException {
    List<PyObject> args = arguments(call, 1, 1);
    if (args.getFirst() instanceof PyScalar scalar
        && scalar.value() instanceof Scalar.Text text
        && TorchNames.LAYOUTS.contains(text.value())) {
      return new Scalar.GlobalName(text.value());
    }
    throw fail(call, "a layout that PyTorch does not have");
  }

  // --- checks that others share

  /// The arguments of a call, at least and at most so many of them.
  List<PyObject> arguments(PyCall call, int least, int most) throws CheckpointException {
    List<PyObject> args = seq(call.args).items;
    if (args.size() < least || args.size() > most) {
      throw fail(
          call,
          "%s called with %d arguments, %d to %d are right"
              .formatted(call.callee.qualifiedName(), args.size(), least, most));
    }
    return args;
  }

  PySeq seq(PyObject node) throws CheckpointException {
    if (node instanceof PySeq seq) {
      return seq;
    }
    throw fail(node, "something else where a sequence is needed");
  }
}
