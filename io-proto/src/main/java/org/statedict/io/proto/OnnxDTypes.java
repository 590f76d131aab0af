package org.statedict.io.proto;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.statedict.tensor.DType;

/// The element types of ONNX by number, the field that holds each if not raw bytes, and the version
/// of the intermediate representation that brought it.
enum OnnxDTypes {
  FLOAT(1, DType.FLOAT32, 4),
  UINT8(2, DType.UINT8, 5),
  INT8(3, DType.INT8, 5),
  UINT16(4, DType.UINT16, 5),
  INT16(5, DType.INT16, 5),
  INT32(6, DType.INT32, 5),
  INT64(7, DType.INT64, 7),
  BOOL(9, DType.BOOL, 5),
  FLOAT16(10, DType.FLOAT16, 5),
  DOUBLE(11, DType.FLOAT64, 10),
  UINT32(12, DType.UINT32, 11),
  UINT64(13, DType.UINT64, 11),
  COMPLEX64(14, DType.COMPLEX64, 4),
  COMPLEX128(15, DType.COMPLEX128, 10),
  BFLOAT16(16, DType.BFLOAT16, 5),
  FLOAT8E4M3FN(17, DType.FLOAT8_E4M3FN, 5, 9),
  FLOAT8E4M3FNUZ(18, DType.FLOAT8_E4M3FNUZ, 5, 9),
  FLOAT8E5M2(19, DType.FLOAT8_E5M2, 5, 9),
  FLOAT8E5M2FNUZ(20, DType.FLOAT8_E5M2FNUZ, 5, 9),
  UINT4(21, DType.UINT4, 5, 10),
  INT4(22, DType.INT4, 5, 10),
  FLOAT4E2M1(23, DType.FLOAT4_E2M1FN, 5, 11),
  FLOAT8E8M0(24, DType.FLOAT8_E8M0FNU, 5, 12),
  UINT2(25, DType.UINT2, 5, 13),
  INT2(26, DType.INT2, 5, 13),
  FLOAT6E2M3(27, DType.FLOAT6_E2M3FN, 5, 14),
  FLOAT6E3M2(28, DType.FLOAT6_E3M2FN, 5, 14);

  /// The number of text, which is no type of tensors here.
  static final int STRING = 8;

  private static final int OLDEST_VERSION = 8;
  private static final Map<DType, OnnxDTypes> OF = new EnumMap<>(DType.class);

  static {
    for (OnnxDTypes type : values()) {
      OF.put(type.dtype, type);
    }
  }

  private final int number;
  private final DType dtype;
  private final int field;
  private final int version;

  OnnxDTypes(int number, DType dtype, int field) {
    this(number, dtype, field, OLDEST_VERSION);
  }

  OnnxDTypes(int number, DType dtype, int field, int version) {
    this.number = number;
    this.dtype = dtype;
    this.field = field;
    this.version = version;
  }

  static Set<DType> all() {
    return Set.copyOf(OF.keySet());
  }

  static OnnxDTypes of(DType dtype) {
    OnnxDTypes type = OF.get(dtype);
    if (type == null) {
      throw new IllegalArgumentException("ONNX has no " + dtype);
    }
    return type;
  }

  static Optional<OnnxDTypes> numbered(int number) {
    for (OnnxDTypes type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  int number() {
    return number;
  }

  DType dtype() {
    return dtype;
  }

  /// The number of the field that may hold the elements one by one.
  int field() {
    return field;
  }

  /// The first version of the intermediate representation with this type, at least 8.
  int version() {
    return version;
  }

  /// Whether onnxruntime can have tensors of this type as a model's output.
  boolean isRunnable() {
    return dtype.bits() != 6 && !dtype.isComplex();
  }
}
