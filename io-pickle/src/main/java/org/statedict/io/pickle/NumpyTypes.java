package org.statedict.io.pickle;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.statedict.tensor.DType;

/// NumPy's codes of element types, such as `f4`.
final class NumpyTypes {
  private static final Map<DType, String> CODES =
      Map.ofEntries(
          Map.entry(DType.FLOAT64, "f8"),
          Map.entry(DType.FLOAT32, "f4"),
          Map.entry(DType.FLOAT16, "f2"),
          Map.entry(DType.COMPLEX128, "c16"),
          Map.entry(DType.COMPLEX64, "c8"),
          Map.entry(DType.INT64, "i8"),
          Map.entry(DType.INT32, "i4"),
          Map.entry(DType.INT16, "i2"),
          Map.entry(DType.INT8, "i1"),
          Map.entry(DType.UINT64, "u8"),
          Map.entry(DType.UINT32, "u4"),
          Map.entry(DType.UINT16, "u2"),
          Map.entry(DType.UINT8, "u1"),
          Map.entry(DType.BOOL, "b1"));
  private static final Map<String, DType> TYPES =
      CODES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private NumpyTypes() {}

  static Optional<String> code(DType dtype) {
    return Optional.ofNullable(CODES.get(dtype));
  }

  static Optional<DType> ofCode(String code) {
    return Optional.ofNullable(TYPES.get(code));
  }
}
