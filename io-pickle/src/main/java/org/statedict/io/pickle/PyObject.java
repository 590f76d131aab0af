package org.statedict.io.pickle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;

/// What a pickle builds here: inert nodes that remember the byte that made them.
///
/// Containers and calls are filled after they were made, as the pickle's memo may name them before
/// they are complete; nothing else changes them.
sealed interface PyObject {
  /// The offset of the opcode that made this node.
  int offset();

  /// A number, a string, bytes, a truth value or None.
  record PyScalar(Scalar value, int offset) implements PyObject {}

  /// A class or function by name; Python 2 names are given as Python 3 has them.
  record PyGlobal(String module, String name, int offset) implements PyObject {
    String qualifiedName() {
      return module + "." + name;
    }
  }

  /// What a persistent id stands for.
  record PyPersistent(PyObject id, int offset) implements PyObject {}

  /// A list, tuple, set or frozenset.
  final class PySeq implements PyObject {
    final Seq.Kind kind;
    final List<PyObject> items;
    private final int offset;

    PySeq(Seq.Kind kind, List<PyObject> items, int offset) {
      this.kind = kind;
      this.items = items;
      this.offset = offset;
    }

    @Override
    public int offset() {
      return offset;
    }
  }

  /// A dict: keys and values in turn, a repeated key not yet merged.
  final class PyDict implements PyObject {
    final List<PyObject> keysAndValues = new ArrayList<>();
    private final int offset;

    PyDict(int offset) {
      this.offset = offset;
    }

    @Override
    public int offset() {
      return offset;
    }
  }

  /// The result of calling something, which nobody called: the callee's name, the arguments, and
  /// what was done to the result afterwards.
  final class PyCall implements PyObject {
    final PyGlobal callee;
    final PyObject args;
    final List<PyObject> items = new ArrayList<>();
    final PyDict pairs;
    @Nullable PyObject state;
    private final int offset;

    PyCall(PyGlobal callee, PyObject args, int offset) {
      this.callee = callee;
      this.args = args;
      this.pairs = new PyDict(offset);
      this.offset = offset;
    }

    @Override
    public int offset() {
      return offset;
    }
  }
}
