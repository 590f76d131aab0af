package org.statedict.io.pickle;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Writes a value as the pickle that `torch.save` makes of it, opcode for opcode.
final class Pickler {
  private static final int BATCH = 1000;
  private static final int DEEPEST = 100;

  private final String target;
  private final ObjectPolicy policy;
  private final PickleStream out = new PickleStream();
  private final TensorPickler tensors;
  private int depth;

  /// @param target the file to be written, for messages
  /// @param policy which objects may be written
  /// @param container the file around the pickle
  /// @param compaction what becomes of views
  Pickler(String target, ObjectPolicy policy, Container container, Compaction compaction) {
    this.target = target;
    this.policy = policy;
    this.tensors = new TensorPickler(target, container, out, this, compaction);
  }

  /// The pickle of `root`; its storages are in [#storages()] afterwards.
  ///
  /// @throws UnsupportedValueException if an object is among the values that may not be written
  byte[] pickle(Value root) throws UnsupportedValueException {
    write(root);
    return out.finished();
  }

  /// The storages in the order of their keys `0`, `1`, ...
  List<TensorPickler.StoredAs> storages() {
    return tensors.storages();
  }

  void write(Value value) throws UnsupportedValueException {
    if (++depth > DEEPEST) {
      throw new UnsupportedValueException(target, "the value is nested more than 100 levels deep");
    }
    switch (value) {
      case Scalar scalar -> scalar(scalar);
      case Seq seq -> seq(seq);
      case Tensor tensor -> tensors.write(tensor);
      case Dict dict -> dict(dict);
      case Opaque object -> object(object);
    }
    depth--;
  }

  private void scalar(Scalar scalar) throws UnsupportedValueException {
    switch (scalar) {
      case Scalar.Nil _ -> out.none();
      case Scalar.Bool b -> out.bool(b.value());
      case Scalar.Int i -> out.integer(i.value());
      case Scalar.BigInt i -> out.integer(i.value());
      case Scalar.Real r -> out.real(r.bits());
      case Scalar.Text t -> out.text(t.value());
      case Scalar.DTypeName d -> dtype(d.dtype());
      case Scalar.GlobalName g -> global(g.qualifiedName());
      case Scalar.Complex c -> complex(c);
      case Scalar.Bytes b -> bytes(b);
      case Scalar.DeviceName d -> device(d);
      case Scalar.Typed t -> new NumpyPickler(target, out, this).scalar(t);
    }
  }

  void dtype(DType dtype) {
    out.global("torch", TorchNames.dtype(dtype));
  }

  private void complex(Scalar.Complex complex) {
    if (!out.fetch(complex)) {
      out.global("__builtin__", "complex");
      out.real(complex.re().bits());
      out.real(complex.im().bits());
      out.endTuple(2).reduce().put(complex);
    }
  }

  private void bytes(Scalar.Bytes bytes) {
    if (out.fetch(bytes)) {
      return;
    }
    if (bytes.isMutable()) {
      out.global("__builtin__", "bytearray");
      if (bytes.size() > 0) {
        immutable(bytes.toArray()).put();
      }
      out.endTuple(bytes.size() > 0 ? 1 : 0).reduce().put(bytes);
    } else {
      immutable(bytes.toArray()).put(bytes);
    }
  }

  /// Bytes as protocol 2 has them: text of the characters 0 to 255, to be encoded.
  PickleStream immutable(byte[] bytes) {
    if (bytes.length == 0) {
      return out.global("__builtin__", "bytes").endTuple(0).reduce();
    }
    out.global("_codecs", "encode");
    out.string(new String(bytes, StandardCharsets.ISO_8859_1)).put();
    out.constant("latin1");
    return out.endTuple(2).reduce();
  }

  private void device(Scalar.DeviceName name) {
    if (out.fetch(name)) {
      return;
    }
    out.global("torch", "device");
    String label = name.device().label();
    int colon = label.indexOf(':');
    out.string(colon < 0 ? label : label.substring(0, colon)).put();
    if (colon >= 0) {
      out.integer(Long.parseLong(label.substring(colon + 1)));
    }
    out.endTuple(colon < 0 ? 1 : 2).reduce().put(name);
  }

  /// A layout by the function that looks it up, everything else by its own name.
  private void global(String qualified) throws UnsupportedValueException {
    if (TorchNames.LAYOUTS.contains(qualified)) {
      if (!out.fetchShared(qualified)) {
        out.global("torch.serialization", "_get_layout").constant(qualified);
        out.endTuple(1).reduce().putShared(qualified);
      }
    } else {
      policy.require(target, qualified);
      named(qualified);
    }
  }

  /// A class or function, its Python 2 module where protocol 2 writes that.
  private PickleStream named(String qualified) {
    int dot = qualified.lastIndexOf('.');
    String module = dot < 0 ? "builtins" : qualified.substring(0, dot);
    return out.global(TorchNames.python2Module(module), qualified.substring(dot + 1));
  }

  private void seq(Seq seq) throws UnsupportedValueException {
    boolean emptyTuple = seq.kind() == Seq.Kind.TUPLE && seq.size() == 0;
    if (!emptyTuple && out.fetch(seq)) {
      return;
    }
    switch (seq.kind()) {
      case LIST -> {
        out.op(']').put(seq);
        list(seq.items());
      }
      case TUPLE -> tuple(seq);
      case SIZE -> wrapped(seq, "torch", "Size", () -> tuple(Seq.of(Seq.Kind.TUPLE, seq.items())));
      case SET -> wrapped(seq, "__builtin__", "set", () -> freshList(seq));
      case FROZENSET -> wrapped(seq, "__builtin__", "frozenset", () -> freshList(seq));
    }
  }

  private void tuple(Seq seq) throws UnsupportedValueException {
    out.beginTuple(seq.size());
    for (Value item : seq.items()) {
      write(item);
    }
    if (seq.size() == 0) {
      out.endTuple(0);
    } else {
      out.endTuple(seq.size(), seq);
    }
  }

  private interface Part {
    void write() throws UnsupportedValueException;
  }

  /// An object that Python makes by calling a class on one container.
  private void wrapped(Seq seq, String module, String name, Part content)
      throws UnsupportedValueException {
    out.global(module, name);
    content.write();
    out.endTuple(1).reduce().put(seq);
  }

  private void freshList(Seq seq) throws UnsupportedValueException {
    out.op(']').put();
    list(seq.items());
  }

  /// The items of a list in batches, as CPython writes a list of its own class: each batch of an
  /// exact list is marked, and a list of one item is appended to alone.
  private void list(List<Value> items) throws UnsupportedValueException {
    if (items.size() == 1) {
      write(items.getFirst());
      out.op('a');
      return;
    }
    for (int from = 0; from < items.size(); from += BATCH) {
      out.op('(');
      for (Value item : items.subList(from, Math.min(from + BATCH, items.size()))) {
        write(item);
      }
      out.op('e');
    }
  }

  private void dict(Dict dict) throws UnsupportedValueException {
    if (out.fetch(dict)) {
      return;
    }
    if (dict.kind() == Dict.Kind.DICT) {
      out.op('}').put(dict);
      entries(dict.entries().entrySet(), dict.size());
    } else {
      out.global("collections", "OrderedDict").endTuple(0).reduce().put(dict);
      pairs(dict.entries().entrySet().iterator());
      attributes(dict.attributes());
    }
  }

  private void attributes(Dict attributes) throws UnsupportedValueException {
    if (attributes.size() > 0) {
      write(attributes);
      out.op('b');
    }
  }

  /// The entries of an exact dict.
  private void entries(Iterable<Map.Entry<Value, Value>> entries, int count)
      throws UnsupportedValueException {
    Iterator<Map.Entry<Value, Value>> all = entries.iterator();
    if (count == 1) {
      pair(all.next());
      out.op('s');
    }
    while (all.hasNext()) {
      out.op('(');
      for (int i = 0; i < BATCH && all.hasNext(); i++) {
        pair(all.next());
      }
      out.op('u');
    }
  }

  /// The entries of any other mapping: CPython looks one ahead, and sets a last one alone.
  private void pairs(Iterator<Map.Entry<Value, Value>> all) throws UnsupportedValueException {
    while (all.hasNext()) {
      Map.Entry<Value, Value> first = all.next();
      if (!all.hasNext()) {
        pair(first);
        out.op('s');
        return;
      }
      out.op('(');
      pair(first);
      for (int i = 1; i < BATCH && all.hasNext(); i++) {
        pair(all.next());
      }
      out.op('u');
    }
  }

  private void pair(Map.Entry<Value, Value> pair) throws UnsupportedValueException {
    write(pair.getKey());
    write(pair.getValue());
  }

  /// What was appended to an object: as a list's items, but a last one alone is appended alone.
  private void items(List<Value> items) throws UnsupportedValueException {
    int single = items.size() % BATCH == 1 ? 1 : 0;
    list(items.subList(0, items.size() - single));
    list(items.subList(items.size() - single, items.size()));
  }

  /// An object of a class that is only a name here. Python made it by a call, or by `__new__` if
  /// there was nothing to call it with but a state to set.
  private void object(Opaque object) throws UnsupportedValueException {
    if (out.fetch(object)) {
      return;
    }
    policy.require(target, object.className());
    named(object.className());
    Value args = object.args().orElse(Seq.tuple());
    write(args);
    boolean bare = args instanceof Seq seq && seq.size() == 0 && object.state().isPresent();
    out.op(bare ? 0x81 : 'R').put(object);
    items(object.items());
    pairs(object.pairs().iterator());
    if (object.state().isPresent()) {
      write(object.state().get());
      out.op('b');
    }
  }
}
