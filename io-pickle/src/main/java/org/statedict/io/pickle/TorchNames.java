package org.statedict.io.pickle;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.statedict.tensor.DType;

/// The names under which PyTorch pickles types, storages and layouts.
final class TorchNames {
  /// Layouts, which are pickled as a call of the function that looks them up.
  static final Set<String> LAYOUTS =
      Set.of(
          "torch.strided",
          "torch.sparse_coo",
          "torch.sparse_csr",
          "torch.sparse_csc",
          "torch.sparse_bsr",
          "torch.sparse_bsc",
          "torch.jagged",
          "torch._mkldnn");

  private static final Map<String, String> PYTHON2 =
      Map.of(
          "builtins", "__builtin__",
          "copyreg", "copy_reg",
          "queue", "Queue",
          "reprlib", "repr",
          "collections.abc", "_abcoll");

  private TorchNames() {}

  /// The module's name in Python 2, which protocol 2 writes.
  static String python2Module(String module) {
    return PYTHON2.getOrDefault(module, module);
  }

  /// The type that PyTorch calls `torch.NAME`.
  static Optional<DType> dtypeNamed(String name) {
    return name.equals("float4_e2m1fn_x2") ? Optional.of(DType.FLOAT4_E2M1FN) : savable(name);
  }

  private static Optional<DType> savable(String name) {
    return DType.named(name).filter(d -> canSave(d) && d != DType.FLOAT4_E2M1FN);
  }

  /// The element type of a storage class.
  static Optional<DType> ofStorageClass(String name) {
    return Arrays.stream(DType.values())
        .filter(d -> hasStorageClass(d) && storageClass(d).equals(name))
        .findFirst();
  }

  /// The name of a type after `torch.`.
  static String dtype(DType dtype) {
    return dtype == DType.FLOAT4_E2M1FN ? "float4_e2m1fn_x2" : dtype.label();
  }

  /// Whether storages of this type have a class of their own; the others are untyped bytes.
  static boolean hasStorageClass(DType dtype) {
    return switch (dtype) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16, COMPLEX128, COMPLEX64, BOOL -> true;
      case INT64, INT32, INT16, INT8, UINT8 -> true;
      case QINT8, QUINT8, QINT32, QUINT4X2, QUINT2X4 -> true;
      default -> false;
    };
  }

  /// The class of a typed storage, in the module `torch`.
  static String storageClass(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> "DoubleStorage";
      case FLOAT32 -> "FloatStorage";
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      case COMPLEX128 -> "ComplexDoubleStorage";
      case COMPLEX64 -> "ComplexFloatStorage";
      case BOOL -> "BoolStorage";
      case INT64 -> "LongStorage";
      case INT32 -> "IntStorage";
      case INT16 -> "ShortStorage";
      case INT8 -> "CharStorage";
      case UINT8 -> "ByteStorage";
      case QINT8 -> "QInt8Storage";
      case QUINT8 -> "QUInt8Storage";
      case QINT32 -> "QInt32Storage";
      case QUINT4X2 -> "QUInt4x2Storage";
      case QUINT2X4 -> "QUInt2x4Storage";
      default -> throw new IllegalArgumentException("no storage class for " + dtype);
    };
  }

  /// Whether `torch.save` can write a tensor of this type.
  static boolean canSave(DType dtype) {
    return switch (dtype) {
      case FLOAT6_E2M3FN, FLOAT6_E3M2FN, INT4, INT2, UINT4, UINT2 -> false;
      default -> true;
    };
  }
}
