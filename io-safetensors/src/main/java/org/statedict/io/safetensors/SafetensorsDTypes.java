package org.statedict.io.safetensors;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.statedict.checkpoint.spi.TreeDTypes;
import org.statedict.tensor.DType;

/// The element types of safetensors, in the reference's order, by which its writer sorts.
final class SafetensorsDTypes {
  private static final List<DType> RANKED =
      List.of(
          DType.BOOL,
          DType.FLOAT4_E2M1FN,
          DType.FLOAT6_E2M3FN,
          DType.FLOAT6_E3M2FN,
          DType.UINT8,
          DType.INT8,
          DType.FLOAT8_E5M2,
          DType.FLOAT8_E4M3FN,
          DType.FLOAT8_E8M0FNU,
          DType.FLOAT8_E4M3FNUZ,
          DType.FLOAT8_E5M2FNUZ,
          DType.INT16,
          DType.UINT16,
          DType.FLOAT16,
          DType.BFLOAT16,
          DType.INT32,
          DType.UINT32,
          DType.FLOAT32,
          DType.COMPLEX64,
          DType.FLOAT64,
          DType.INT64,
          DType.UINT64);

  private SafetensorsDTypes() {}

  static Set<DType> all() {
    return Set.copyOf(RANKED);
  }

  static int rank(DType dtype) {
    return RANKED.indexOf(dtype);
  }

  static String name(DType dtype) {
    return TreeDTypes.name(dtype);
  }

  static Optional<DType> named(String name) {
    return TreeDTypes.named(name).filter(RANKED::contains);
  }
}
