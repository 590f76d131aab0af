package org.statedict.io.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.UnsafeCheckpointException;
import org.statedict.io.pickle.PyObject.PyCall;
import org.statedict.io.pickle.PyObject.PyDict;
import org.statedict.io.pickle.PyObject.PyGlobal;
import org.statedict.io.pickle.PyObject.PyPersistent;
import org.statedict.io.pickle.PyObject.PyScalar;
import org.statedict.io.pickle.PyObject.PySeq;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;

/// Runs the opcodes of pickle protocols 0 to 5 and builds inert nodes.
///
/// A pickle is a program for a stack machine. This machine has no instruction that imports, calls
/// or executes anything: what Python would call becomes a [PyCall], what it would import a
/// [PyGlobal]. Names that are known to run code are refused where they stand, called or not.
final class Unpickler {
  private final PickleInput in;
  private final Where where;
  private final Limits limits;
  private final PickleWatcher watcher;
  private final ArrayList<PyObject> stack = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private final Memo memo = new Memo();
  private final List<PyPersistent> persistents = new ArrayList<>();
  private long opcodes;
  private long objects;
  private int frameEnd = -1;

  /// @param data the pickle, and perhaps more after it
  /// @param from where it begins in `data`
  /// @param where the entry, for messages
  Unpickler(byte[] data, int from, Where where, Limits limits) {
    this(data, from, where, limits, PickleWatcher.REFUSES_DANGER);
  }

  /// @param watcher what is told of the names and texts in the pickle
  Unpickler(byte[] data, int from, Where where, Limits limits, PickleWatcher watcher) {
    this.watcher = watcher;
    this.in = new PickleInput(data, from, where);
    this.where = where;
    this.limits = limits;
  }

  /// The offset after the last byte that was read.
  int position() {
    return in.position();
  }

  /// Everything that the pickle expects beside it, in the order of the file.
  List<PyPersistent> persistents() {
    return persistents;
  }

  /// Runs to STOP; returns what is on top of the stack then.
  ///
  /// @throws UnsafeCheckpointException if a name that runs code stands in the pickle
  /// @throws CheckpointException if the pickle is malformed or beyond a limit
  PyObject load() throws CheckpointException {
    while (true) {
      int opcode = in.opcode();
      limits.check(Limit.PICKLE_OPCODES, ++opcodes, here());
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
      requireInFrame();
    }
  }

  private Where here() {
    return where.at(in.opcodeOffset());
  }

  private void requireInFrame() throws CheckpointException {
    if (frameEnd >= 0 && in.position() > frameEnd) {
      throw in.fail(
          "an opcode reaches past the end of its frame; interpreters disagree about that");
    }
    if (in.position() == frameEnd) {
      frameEnd = -1;
    }
  }

  private void step(int opcode) throws CheckpointException {
    switch (opcode) {
      case '(' -> mark();
      case '0' -> popOrMark();
      case '1' -> popMark();
      case '2' -> push(peek());
      case 'F' -> push(Scalar.real(PickleText.real(in)));
      case 'G' -> push(new Scalar.Real(in.bigEndian64()));
      case 'I' -> push(PickleText.integerOrBool(in, limits, here()));
      case 'L' -> push(PickleText.integer(in, limits, here()));
      case 'J' -> push(new Scalar.Int(in.i32()));
      case 'K' -> push(new Scalar.Int(in.u8()));
      case 'M' -> push(new Scalar.Int(in.u16()));
      case 0x8A -> push(binaryInteger(in.u8()));
      case 0x8B -> push(binaryInteger(in.i32()));
      case 'N' -> push(Scalar.Nil.NONE);
      case 0x88 -> push(new Scalar.Bool(true));
      case 0x89 -> push(new Scalar.Bool(false));
      case 'S' -> push(PickleText.python2String(PickleText.unquoted(in)));
      case 'T' -> push(PickleText.python2String(in.bytes(in.i32())));
      case 'U' -> push(PickleText.python2String(in.bytes(in.u8())));
      case 'V' -> push(new Scalar.Text(PickleText.rawUnicode(in)));
      case 'X' -> push(new Scalar.Text(in.utf8(in.u32())));
      case 0x8C -> push(new Scalar.Text(in.utf8(in.u8())));
      case 0x8D -> push(new Scalar.Text(in.utf8(in.i64())));
      case 'B' -> push(Scalar.Bytes.of(in.bytes(in.u32())));
      case 'C' -> push(Scalar.Bytes.of(in.bytes(in.u8())));
      case 0x8E -> push(Scalar.Bytes.of(in.bytes(in.i64())));
      case 0x96 -> push(Scalar.Bytes.array(in.bytes(in.i64())));
      default -> containerStep(opcode);
    }
  }

  private void containerStep(int opcode) throws CheckpointException {
    switch (opcode) {
      case ']' -> push(seq(Seq.Kind.LIST, new ArrayList<>()));
      case 'l' -> push(seq(Seq.Kind.LIST, popToMark()));
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(popToMark());
      case ')' -> push(seq(Seq.Kind.TUPLE, List.of()));
      case 't' -> push(seq(Seq.Kind.TUPLE, popToMark()));
      case 0x85 -> push(seq(Seq.Kind.TUPLE, popMany(1)));
      case 0x86 -> push(seq(Seq.Kind.TUPLE, popMany(2)));
      case 0x87 -> push(seq(Seq.Kind.TUPLE, popMany(3)));
      case '}' -> push(new PyDict(in.opcodeOffset()));
      case 'd' -> {
        List<PyObject> items = popToMark();
        push(new PyDict(in.opcodeOffset()));
        setItems(items);
      }
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(popToMark());
      case 0x8F -> push(seq(Seq.Kind.SET, new ArrayList<>()));
      case 0x90 -> addItems(popToMark());
      case 0x91 -> push(seq(Seq.Kind.FROZENSET, popToMark()));
      default -> objectStep(opcode);
    }
  }

  private void objectStep(int opcode) throws CheckpointException {
    switch (opcode) {
      case 'c' -> push(global(in.nameLine(), in.nameLine()));
      case 0x93 -> stackGlobal();
      case 'R' -> reduce();
      case 0x81 -> reduce();
      case 0x92 -> newObjectWithKeywords();
      case 'b' -> build();
      case 'i' -> {
        PyGlobal callee = global(in.nameLine(), in.nameLine());
        push(new PyCall(callee, seq(Seq.Kind.TUPLE, popToMark()), in.opcodeOffset()));
      }
      case 'o' -> objectFromMark();
      case 'P' -> persistent(scalar(new Scalar.Text(in.asciiLine())));
      case 'Q' -> persistent(pop());
      default -> memoStep(opcode);
    }
  }

  private void persistent(PyObject id) throws CheckpointException {
    PyPersistent node = new PyPersistent(id, in.opcodeOffset());
    persistents.add(node);
    push(node);
  }

  private void memoStep(int opcode) throws CheckpointException {
    switch (opcode) {
      case 'p' -> put(PickleText.memoIndex(in));
      case 'q' -> put(in.u8());
      case 'r' -> put(in.u32());
      case 0x94 -> put(memo.size());
      case 'g' -> get(PickleText.memoIndex(in));
      case 'h' -> get(in.u8());
      case 'j' -> get(in.u32());
      case 0x80 -> protocol(in.u8());
      case 0x95 -> frame(in.i64());
      case 0x82, 0x83, 0x84 ->
          throw new UnsafeCheckpointException(
              here(), "names a class by a number of Python's registry, outside the file; refused");
      case 0x97, 0x98 ->
          throw in.fail("data outside the pickle (NEXT_BUFFER), which a file cannot have");
      default -> throw in.fail("0x%02x is no pickle opcode; the file is damaged".formatted(opcode));
    }
  }

  private void protocol(int version) throws CheckpointException {
    if (version > 5) {
      throw in.fail("pickle protocol %d, 0 to 5 are known".formatted(version));
    }
  }

  private void frame(long length) throws CheckpointException {
    if (frameEnd >= 0) {
      throw in.fail("a frame inside a frame; interpreters disagree about that");
    }
    if (length < 0 || length > in.remaining()) {
      throw in.fail("a frame of %d bytes, %d are left".formatted(length, in.remaining()));
    }
    frameEnd = in.position() + (int) length;
  }

  // --- the stack

  private void push(PyObject object) throws CheckpointException {
    limits.check(Limit.PICKLE_OBJECTS, ++objects, here());
    stack.add(object);
  }

  private void push(Scalar value) throws CheckpointException {
    if (value instanceof Scalar.Text || value instanceof Scalar.Bytes) {
      watcher.constant(value, here());
    }
    push(scalar(value));
  }

  private PyScalar scalar(Scalar value) {
    return new PyScalar(value, in.opcodeOffset());
  }

  private PySeq seq(Seq.Kind kind, List<PyObject> items) {
    return new PySeq(kind, items, in.opcodeOffset());
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private PyObject pop() throws CheckpointException {
    if (stack.size() <= floor()) {
      throw in.fail("nothing on the stack to take; the pickle is damaged");
    }
    return stack.removeLast();
  }

  private PyObject peek() throws CheckpointException {
    if (stack.size() <= floor()) {
      throw in.fail("nothing on the stack to use; the pickle is damaged");
    }
    return stack.getLast();
  }

  private List<PyObject> popMany(int count) throws CheckpointException {
    if (stack.size() - count < floor()) {
      throw in.fail("fewer than %d items on the stack; the pickle is damaged".formatted(count));
    }
    return cut(stack.size() - count);
  }

  private List<PyObject> popToMark() throws CheckpointException {
    if (marks.isEmpty()) {
      throw in.fail("no MARK on the stack; the pickle is damaged");
    }
    return cut(marks.removeLast());
  }

  private List<PyObject> cut(int from) {
    List<PyObject> top = stack.subList(from, stack.size());
    List<PyObject> items = new ArrayList<>(top);
    top.clear();
    return items;
  }

  private void mark() throws CheckpointException {
    limits.check(Limit.PICKLE_NESTING, marks.size() + 1L, here());
    marks.add(stack.size());
  }

  private void popOrMark() throws CheckpointException {
    if (!marks.isEmpty() && marks.getLast() == stack.size()) {
      marks.removeLast();
    } else {
      pop();
    }
  }

  private void popMark() throws CheckpointException {
    popToMark();
  }

  // --- the memo

  private static final class Memo {
    private static final int DENSE = 1 << 20;

    private final ArrayList<@Nullable PyObject> dense = new ArrayList<>();
    private final Map<Long, PyObject> sparse = new HashMap<>();
    private int count;

    int size() {
      return count;
    }

    @Nullable PyObject get(long index) {
      return index < dense.size() ? dense.get((int) index) : sparse.get(index);
    }

    void put(long index, PyObject object) {
      count += get(index) == null ? 1 : 0;
      if (index < dense.size()) {
        dense.set((int) index, object);
      } else if (index == dense.size() && index < DENSE * 16L && !sparse.containsKey(index)) {
        dense.add(object);
      } else {
        sparse.put(index, object);
      }
    }
  }

  private void put(long index) throws CheckpointException {
    limits.check(Limit.PICKLE_MEMO, Math.max(memo.size(), index) + 1L, here());
    memo.put(index, peek());
  }

  private void get(long index) throws CheckpointException {
    PyObject object = memo.get(index);
    if (object == null) {
      throw in.fail("memo slot %d was never written; the pickle is damaged".formatted(index));
    }
    push(object);
  }

  // --- containers

  private void append(List<PyObject> items) throws CheckpointException {
    switch (peek()) {
      case PySeq seq when seq.kind == Seq.Kind.LIST -> seq.items.addAll(items);
      case PyCall call -> call.items.addAll(items);
      default -> throw in.fail("appends to what is no list; the pickle is damaged or hostile");
    }
  }

  private void addItems(List<PyObject> items) throws CheckpointException {
    if (!(peek() instanceof PySeq seq) || seq.kind != Seq.Kind.SET) {
      throw in.fail("adds to what is no set; the pickle is damaged or hostile");
    }
    seq.items.addAll(items);
  }

  private void setItems(List<PyObject> keysAndValues) throws CheckpointException {
    if (keysAndValues.size() % 2 != 0) {
      throw in.fail("a key without a value; the pickle is damaged");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      requireHashable(keysAndValues.get(i));
    }
    switch (peek()) {
      case PyDict dict -> dict.keysAndValues.addAll(keysAndValues);
      case PyCall call when !TensorBuilder.isTensor(call) ->
          call.pairs.keysAndValues.addAll(keysAndValues);
      default -> throw in.fail("sets an item of what is no dict; the pickle is damaged or hostile");
    }
  }

  private void requireHashable(PyObject key) throws CheckpointException {
    boolean mutable =
        key instanceof PyDict
            || (key instanceof PySeq seq
                && (seq.kind == Seq.Kind.LIST || seq.kind == Seq.Kind.SET));
    if (mutable) {
      throw in.fail("a container that can change is used as a key; the pickle is damaged");
    }
  }

  // --- names, calls and state

  private PyGlobal global(String module, String name) throws CheckpointException {
    limits.check(Limit.NAME_BYTES, (long) module.length() + name.length(), here());
    watcher.name(module, name, here());
    if (!isIdentifier(module) || !isIdentifier(name)) {
      throw in.fail(
          "global '%s.%s' is no name that Python gives; the file is damaged or hostile"
              .formatted(Escapes.visible(module), Escapes.visible(name)));
    }
    String module3 = Python2Names.module(module);
    return new PyGlobal(module3, Python2Names.name(module3, name), in.opcodeOffset());
  }

  /// Letters, digits, underscores and dots, and the brackets of `<locals>`.
  private static boolean isIdentifier(String name) {
    return !name.isEmpty()
        && name.codePoints()
            .allMatch(c ->
                c == '.'
                    || c == '<'
                    || c == '>'
                    || (Character.isUnicodeIdentifierPart(c)
                        && !Character.isIdentifierIgnorable(c)));
  }

  private void stackGlobal() throws CheckpointException {
    List<PyObject> names = popMany(2);
    if (names.get(0) instanceof PyScalar m
        && m.value() instanceof Scalar.Text module
        && names.get(1) instanceof PyScalar n
        && n.value() instanceof Scalar.Text name) {
      push(global(module.value(), name.value()));
      return;
    }
    throw new UnsafeCheckpointException(
        here(), "names a global by what is computed when the pickle runs; refused");
  }

  private PyGlobal callee(PyObject object) throws CheckpointException {
    if (object instanceof PyGlobal global) {
      return global;
    }
    throw new UnsafeCheckpointException(
        here(), "calls something that is not a class or function by name; refused");
  }

  private void reduce() throws CheckpointException {
    List<PyObject> both = popMany(2);
    if (!(both.get(1) instanceof PySeq args) || args.kind != Seq.Kind.TUPLE) {
      throw in.fail("calls something with what is no tuple; the pickle is damaged");
    }
    push(new PyCall(callee(both.get(0)), args, in.opcodeOffset()));
  }

  private void newObjectWithKeywords() throws CheckpointException {
    List<PyObject> three = popMany(3);
    if (!(three.get(2) instanceof PyDict keywords) || !keywords.keysAndValues.isEmpty()) {
      throw in.fail("makes an object with keyword arguments, which are not kept; refused");
    }
    push(new PyCall(callee(three.get(0)), three.get(1), in.opcodeOffset()));
  }

  private void objectFromMark() throws CheckpointException {
    List<PyObject> items = popToMark();
    if (items.isEmpty()) {
      throw in.fail("OBJ without a class; the pickle is damaged");
    }
    PySeq args = seq(Seq.Kind.TUPLE, new ArrayList<>(items.subList(1, items.size())));
    push(new PyCall(callee(items.getFirst()), args, in.opcodeOffset()));
  }

  private void build() throws CheckpointException {
    PyObject state = pop();
    if (!(peek() instanceof PyCall call)) {
      throw new UnsafeCheckpointException(
          here(), "sets the state of what is no new object, such as a class; refused");
    }
    if (call.state != null) {
      throw in.fail("sets the state of one object twice; the pickle is damaged");
    }
    call.state = state;
  }

  private static Scalar binaryValue(byte[] littleEndian) {
    byte[] digits = new byte[littleEndian.length];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = littleEndian[digits.length - 1 - i];
    }
    return Scalar.integer(digits.length == 0 ? BigInteger.ZERO : new BigInteger(digits));
  }

  private Scalar binaryInteger(int length) throws CheckpointException {
    return binaryValue(in.bytes(length));
  }
}
