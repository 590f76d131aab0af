package org.statedict.checkpoint.spi;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.statedict.tensor.DType;

/// The names of element types in the text of a tree: those of safetensors where it has one.
public final class TreeDTypes {
  private static final Map<DType, String> SPECIAL = special();

  private TreeDTypes() {}

  private static Map<DType, String> special() {
    Map<DType, String> names = new EnumMap<>(DType.class);
    names.put(DType.FLOAT8_E4M3FN, "F8_E4M3");
    names.put(DType.FLOAT8_E5M2, "F8_E5M2");
    names.put(DType.FLOAT8_E4M3FNUZ, "F8_E4M3FNUZ");
    names.put(DType.FLOAT8_E5M2FNUZ, "F8_E5M2FNUZ");
    names.put(DType.FLOAT8_E8M0FNU, "F8_E8M0");
    names.put(DType.FLOAT6_E2M3FN, "F6_E2M3");
    names.put(DType.FLOAT6_E3M2FN, "F6_E3M2");
    names.put(DType.FLOAT4_E2M1FN, "F4");
    names.put(DType.BFLOAT16, "BF16");
    names.put(DType.BOOL, "BOOL");
    return names;
  }

  public static String name(DType dtype) {
    String special = SPECIAL.get(dtype);
    if (special != null) {
      return special;
    }
    return switch (dtype.kind()) {
      case FLOAT -> "F" + dtype.bits();
      case COMPLEX -> "C" + dtype.bits();
      case SIGNED -> "I" + dtype.bits();
      case UNSIGNED -> "U" + dtype.bits();
      case BOOL, QUANTIZED, BITS -> dtype.label().toUpperCase(Locale.ROOT);
    };
  }

  /// The type of this name, if there is one.
  public static Optional<DType> named(String name) {
    return Arrays.stream(DType.values()).filter(dtype -> name(dtype).equals(name)).findFirst();
  }
}
