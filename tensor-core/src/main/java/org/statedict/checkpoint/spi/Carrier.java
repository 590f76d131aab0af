package org.statedict.checkpoint.spi;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;

/// How a type that a format lacks is carried by one that it has: the same bytes under another name.
///
/// | type | carrier |
/// | --- | --- |
/// | complex | floats of half the width, one more dimension of 2 |
/// | bfloat16, 8-bit floats, unsigned, bool, bits | an integer of the same width, same shape |
/// | narrower than a byte | bytes, packed from the low bits up, one dimension |
final class Carrier {
  private Carrier() {}

  /// The type that carries `dtype` where only `native` types can be stored; `dtype` itself if it
  /// can.
  static Optional<DType> of(DType dtype, Set<DType> stored) {
    if (stored.contains(dtype)) {
      return Optional.of(dtype);
    }
    return candidate(dtype).filter(stored::contains);
  }

  private static Optional<DType> candidate(DType dtype) {
    return switch (dtype) {
      case COMPLEX128 -> Optional.of(DType.FLOAT64);
      case COMPLEX64 -> Optional.of(DType.FLOAT32);
      case COMPLEX32 -> Optional.of(DType.FLOAT16);
      case BFLOAT16, BITS16 -> Optional.of(DType.UINT16);
      case UINT16 -> Optional.of(DType.INT16);
      case UINT32 -> Optional.of(DType.INT32);
      case UINT64 -> Optional.of(DType.INT64);
      case QINT32 -> Optional.of(DType.INT32);
      case QINT8 -> Optional.of(DType.INT8);
      case FLOAT64, FLOAT32, FLOAT16, INT64, INT32, INT16, INT8, UINT8 -> Optional.empty();
      default -> Optional.of(DType.UINT8);
    };
  }

  /// The shape in which a tensor of `dtype` and `shape` is stored as `carrier`.
  static Shape shape(DType dtype, Shape shape, DType carrier) {
    if (dtype == carrier) {
      return shape;
    }
    if (dtype.isComplex()) {
      long[] dims = Arrays.copyOf(shape.toArray(), shape.rank() + 1);
      dims[shape.rank()] = 2;
      return Shape.of(dims);
    }
    return dtype.isSubByte() ? Shape.of(dtype.byteSize(shape.elementCount())) : shape;
  }

  /// The logical tensor that `stored` carries.
  ///
  /// @throws IllegalArgumentException if `stored` is no carrier of that type and shape
  static Tensor unwrap(Tensor stored, DType dtype, Shape shape) {
    boolean same = stored.dtype() == dtype && stored.shape().equals(shape);
    boolean carries =
        candidate(dtype).filter(c -> c == stored.dtype()).isPresent()
            && shape(dtype, shape, stored.dtype()).equals(stored.shape());
    if (!same && !carries) {
      throw new IllegalArgumentException(
          "%s %s cannot carry %s %s".formatted(stored.dtype(), stored.shape(), dtype, shape));
    }
    return Tensor.over(stored.storage(), dtype, shape).withTraits(stored.traits());
  }
}
