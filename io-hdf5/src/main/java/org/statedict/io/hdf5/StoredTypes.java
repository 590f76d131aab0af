package org.statedict.io.hdf5;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.statedict.tensor.DType;

/// The datatypes in which elements are written, as h5py writes them; bfloat16 as the float that
/// HDF5 2.0 knows by that name, so that older releases read its numbers, too. Floats of 8 bits are
/// bytes whose type the attribute `dtype` names: HDF5 itself would read some of them wrong.
final class StoredTypes {
  /// The attribute that names the type of elements that are stored as bytes.
  static final String ATTRIBUTE = "dtype";

  private static final String FLOAT32 = "11201f00 04000000 0000 2000 17 08 00 17 7f000000";
  private static final String FLOAT64 = "11203f00 08000000 0000 4000 34 0b 00 34 ff030000";
  private static final String UINT8 = integer(1, false);
  private static final Map<DType, String> MESSAGES = new EnumMap<>(DType.class);

  static {
    MESSAGES.put(DType.FLOAT64, FLOAT64);
    MESSAGES.put(DType.FLOAT32, FLOAT32);
    MESSAGES.put(DType.FLOAT16, "11200f00 02000000 0000 1000 0a 05 00 0a 0f000000");
    MESSAGES.put(DType.BFLOAT16, "11200f00 02000000 0000 1000 07 08 00 07 7f000000");
    MESSAGES.put(DType.INT64, integer(8, true));
    MESSAGES.put(DType.INT32, integer(4, true));
    MESSAGES.put(DType.INT16, integer(2, true));
    MESSAGES.put(DType.INT8, integer(1, true));
    MESSAGES.put(DType.UINT64, integer(8, false));
    MESSAGES.put(DType.UINT32, integer(4, false));
    MESSAGES.put(DType.UINT16, integer(2, false));
    MESSAGES.put(DType.UINT8, UINT8);
    MESSAGES.put(
        DType.BOOL,
        "18020000 01000000" + integer(1, true) + "46414c5345000000 5452554500000000 00 01");
    MESSAGES.put(DType.COMPLEX64, complex(8, FLOAT32));
    MESSAGES.put(DType.COMPLEX128, complex(16, FLOAT64));
    for (DType dtype : DType.values()) {
      if (isNamed(dtype)) {
        MESSAGES.put(dtype, UINT8);
      }
    }
  }

  private StoredTypes() {}

  private static String integer(int bytes, boolean signed) {
    return "10%s0000 %02x000000 0000 %02x00".formatted(signed ? "08" : "00", bytes, 8 * bytes);
  }

  /// A compound of `r` and `i`, each with its name, its offset and no dimensions.
  private static String complex(int bytes, String part) {
    String nothing = "00".repeat(28);
    return "16020000 %02x000000".formatted(bytes)
        + "7200000000000000 00000000"
        + nothing
        + part
        + "6900000000000000 %02x000000".formatted(bytes / 2)
        + nothing
        + part;
  }

  static Set<DType> all() {
    return Set.copyOf(MESSAGES.keySet());
  }

  /// Whether the attribute has to say what the type is.
  static boolean isNamed(DType dtype) {
    return dtype.isFloatingPoint() && dtype.bits() == Byte.SIZE;
  }

  /// The body of the message.
  static FieldsWriter message(DType dtype) {
    String digits = MESSAGES.get(dtype);
    if (digits == null) {
      throw new IllegalArgumentException("HDF5 has no " + dtype);
    }
    return new FieldsWriter().hex(digits);
  }
}
