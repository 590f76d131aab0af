package org.statedict.io.pickle;

import java.lang.foreign.MemorySegment;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// Writes NumPy's scalars and arrays as NumPy 2 pickles them.
final class NumpyPickler {
  private static final String MODULE = "numpy._core.multiarray";

  private final String target;
  private final PickleStream out;
  private final Pickler values;

  NumpyPickler(String target, PickleStream out, Pickler values) {
    this.target = target;
    this.out = out;
    this.values = values;
  }

  void scalar(Scalar.Typed scalar) throws UnsupportedValueException {
    if (!out.fetch(scalar)) {
      out.global(MODULE, "scalar");
      dtype(scalar.dtype());
      values.immutable(scalar.toArray()).put();
      out.endTuple(2).reduce().put(scalar);
    }
  }

  /// An array: an empty one is made and numbered, then given its state.
  void array(Tensor tensor) throws UnsupportedValueException {
    boolean fortran = isFortran(tensor);
    out.global(MODULE, "_reconstruct").global("numpy", "ndarray").integers(0);
    if (!out.fetchShared("numpy b")) {
      values.immutable(new byte[] {'b'}).putShared("numpy b");
    }
    out.endTuple(3).reduce().put(tensor);
    out.beginTuple(5).integer(1).integers(tensor.shape().toArray());
    dtype(tensor.dtype());
    out.bool(fortran);
    values.immutable(content(fortran ? reversed(tensor) : tensor)).put();
    out.endTuple(5).op('b');
  }

  /// Whether the elements lie in column-major order and not in row-major order.
  private static boolean isFortran(Tensor tensor) {
    return !tensor.isContiguous() && reversed(tensor).isContiguous();
  }

  private static Tensor reversed(Tensor tensor) {
    int rank = tensor.shape().rank();
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = rank - 1 - i;
    }
    return tensor.permute(order);
  }

  private static byte[] content(Tensor tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.byteSize())];
    TensorBytes.of(tensor).copyTo(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private void dtype(DType dtype) throws UnsupportedValueException {
    if (out.fetchShared("numpy " + dtype)) {
      return;
    }
    out.global("numpy", "dtype").string(code(dtype)).put().bool(false).bool(true);
    out.endTuple(3).reduce().putShared("numpy " + dtype);
    out.beginTuple(8).integer(3).constant(dtype.bits() > 8 ? "<" : "|");
    out.none().none().none().integer(-1).integer(-1).integer(0);
    out.endTuple(8).op('b');
  }

  private String code(DType dtype) throws UnsupportedValueException {
    return NumpyTypes.code(dtype)
        .orElseThrow(
            () -> new UnsupportedValueException(target, "NumPy has no element type " + dtype));
  }
}
