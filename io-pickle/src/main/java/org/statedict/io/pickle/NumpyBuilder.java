package org.statedict.io.pickle;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.spi.SwappingFiller;
import org.statedict.io.pickle.PyObject.PyCall;
import org.statedict.tensor.DType;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Strides;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Traits;
import org.statedict.tensor.Value;

/// Builds NumPy's scalars and arrays out of what their pickles hold. What has no element type here,
/// such as an array of objects, is left to be kept inert.
final class NumpyBuilder {
  private final ValueBuilder values;

  NumpyBuilder(ValueBuilder values) {
    this.values = values;
  }

  /// An element type in a byte order.
  private record Element(DType dtype, boolean bigEndian) {
    byte[] littleEndian(byte[] bytes) throws IOException {
      if (bigEndian) {
        MemorySegment swapped = MemorySegment.ofArray(new byte[bytes.length]);
        new SwappingFiller(
                (at, dst) ->
                    MemorySegment.copy(MemorySegment.ofArray(bytes), at, dst, 0, dst.byteSize()),
                dtype)
            .fill(0, swapped);
        return (byte[]) swapped.heapBase().orElseThrow();
      }
      return bytes;
    }
  }

  /// The scalar or array that a call makes, if it makes one.
  ///
  /// @throws CheckpointException if it is malformed
  Optional<Value> build(PyCall call, int depth) throws CheckpointException {
    return switch (call.callee.qualifiedName()) {
      case "numpy._core.multiarray.scalar", "numpy.core.multiarray.scalar" -> scalar(call, depth);
      case "numpy._core.multiarray._reconstruct", "numpy.core.multiarray._reconstruct" ->
          array(call, depth);
      default -> Optional.empty();
    };
  }

  private Optional<Value> scalar(PyCall call, int depth) throws CheckpointException {
    List<PyObject> args = values.arguments(call, 1, 2);
    Optional<Element> element = element(args.getFirst(), depth);
    if (element.isEmpty() || args.size() < 2) {
      return Optional.empty();
    }
    byte[] bytes = bytes(args.get(1), depth);
    if (bytes.length != element.get().dtype.byteSize(1)) {
      throw values.fail(call, "a NumPy scalar of %d bytes".formatted(bytes.length));
    }
    return Optional.of(new Scalar.Typed(element.get().dtype, swapped(call, element.get(), bytes)));
  }

  private byte[] swapped(PyCall call, Element element, byte[] bytes) throws CheckpointException {
    try {
      return element.littleEndian(bytes);
    } catch (IOException e) {
      throw new CheckpointException(values.at(call), "cannot be swapped", e);
    }
  }

  private Optional<Value> array(PyCall call, int depth) throws CheckpointException {
    if (call.state == null
        || !(values.build(call.state, depth + 1) instanceof Seq state)
        || state.size() != 5) {
      return Optional.empty();
    }
    Optional<Element> element = element(values.seq(call.state).items.get(2), depth);
    boolean plain = state.get(1) instanceof Seq && state.get(3) instanceof Scalar.Bool;
    if (element.isEmpty() || !plain || !(state.get(4) instanceof Scalar.Bytes content)) {
      return Optional.empty();
    }
    byte[] bytes = swapped(call, element.get(), content.toArray());
    return Optional.of(
        array(call, element.get().dtype, dims(call, state.get(1)), state.get(3).asBool(), bytes));
  }

  private Tensor array(PyCall call, DType dtype, long[] dims, boolean fortran, byte[] bytes)
      throws CheckpointException {
    try {
      Shape shape = Shape.of(dims);
      if (dtype.byteSize(shape.elementCount()) != bytes.length) {
        throw new IllegalArgumentException(
            "a NumPy array %s %s of %d bytes".formatted(dtype, shape, bytes.length));
      }
      Strides strides = fortran ? columnMajor(dims) : shape.contiguousStrides();
      return Tensor.over(Storage.of(bytes), dtype, shape, strides, 0)
          .withTraits(Traits.NONE.withNumpy(true));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw values.fail(call, e.getMessage() + "; the file is damaged");
    }
  }

  private static Strides columnMajor(long[] dims) {
    long[] steps = new long[dims.length];
    long step = 1;
    for (int i = 0; i < dims.length; i++) {
      steps[i] = step;
      step = Math.multiplyExact(step, Math.max(dims[i], 1));
    }
    return Strides.of(steps);
  }

  private long[] dims(PyCall call, Value shape) throws CheckpointException {
    List<Value> items = ((Seq) shape).items();
    long[] dims = new long[items.size()];
    for (int i = 0; i < dims.length; i++) {
      if (!(items.get(i) instanceof Scalar.Int size)) {
        throw values.fail(call, "a NumPy array with a size that is no integer");
      }
      dims[i] = size.value();
    }
    return dims;
  }

  private byte[] bytes(PyObject node, int depth) throws CheckpointException {
    if (values.build(node, depth + 1) instanceof Scalar.Bytes bytes) {
      return bytes.toArray();
    }
    throw values.fail(node, "a NumPy scalar of what are no bytes");
  }

  private Optional<Element> element(PyObject node, int depth) throws CheckpointException {
    if (!(node instanceof PyCall call)
        || !call.callee.qualifiedName().equals("numpy.dtype")
        || !(values.build(call.args, depth + 1) instanceof Seq args)
        || args.size() == 0
        || !(args.get(0) instanceof Scalar.Text code)) {
      return Optional.empty();
    }
    boolean big =
        call.state != null
            && values.build(call.state, depth + 1) instanceof Seq state
            && state.size() > 1
            && state.get(1).equals(new Scalar.Text(">"));
    return NumpyTypes.ofCode(code.value()).map(dtype -> new Element(dtype, big));
  }
}
