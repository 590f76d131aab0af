package org.statedict.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The type of a tensor's elements: its name, its width in bits and its kind.
///
/// The names are PyTorch's without `torch.`. A file format's own names for a type stand in its
/// adapter. Elements narrower than a byte are packed from the low bits up.
public enum DType {
  FLOAT64("float64", 64, Kind.FLOAT),
  FLOAT32("float32", 32, Kind.FLOAT),
  FLOAT16("float16", 16, Kind.FLOAT),
  BFLOAT16("bfloat16", 16, Kind.FLOAT),
  FLOAT8_E4M3FN("float8_e4m3fn", 8, Kind.FLOAT),
  FLOAT8_E5M2("float8_e5m2", 8, Kind.FLOAT),
  FLOAT8_E4M3FNUZ("float8_e4m3fnuz", 8, Kind.FLOAT),
  FLOAT8_E5M2FNUZ("float8_e5m2fnuz", 8, Kind.FLOAT),
  FLOAT8_E8M0FNU("float8_e8m0fnu", 8, Kind.FLOAT),
  FLOAT6_E2M3FN("float6_e2m3fn", 6, Kind.FLOAT),
  FLOAT6_E3M2FN("float6_e3m2fn", 6, Kind.FLOAT),
  FLOAT4_E2M1FN("float4_e2m1fn", 4, Kind.FLOAT),
  INT64("int64", 64, Kind.SIGNED),
  INT32("int32", 32, Kind.SIGNED),
  INT16("int16", 16, Kind.SIGNED),
  INT8("int8", 8, Kind.SIGNED),
  INT4("int4", 4, Kind.SIGNED),
  INT2("int2", 2, Kind.SIGNED),
  UINT64("uint64", 64, Kind.UNSIGNED),
  UINT32("uint32", 32, Kind.UNSIGNED),
  UINT16("uint16", 16, Kind.UNSIGNED),
  UINT8("uint8", 8, Kind.UNSIGNED),
  UINT4("uint4", 4, Kind.UNSIGNED),
  UINT2("uint2", 2, Kind.UNSIGNED),
  BOOL("bool", 8, Kind.BOOL),
  COMPLEX128("complex128", 128, Kind.COMPLEX),
  COMPLEX64("complex64", 64, Kind.COMPLEX),
  COMPLEX32("complex32", 32, Kind.COMPLEX),
  QINT8("qint8", 8, Kind.QUANTIZED),
  QUINT8("quint8", 8, Kind.QUANTIZED),
  QINT32("qint32", 32, Kind.QUANTIZED),
  QUINT4X2("quint4x2", 8, Kind.QUANTIZED),
  QUINT2X4("quint2x4", 8, Kind.QUANTIZED),
  BITS8("bits8", 8, Kind.BITS),
  BITS1X8("bits1x8", 8, Kind.BITS),
  BITS2X4("bits2x4", 8, Kind.BITS),
  BITS4X2("bits4x2", 8, Kind.BITS),
  BITS16("bits16", 16, Kind.BITS);

  /// What an element means.
  public enum Kind {
    FLOAT,
    COMPLEX,
    SIGNED,
    UNSIGNED,
    BOOL,
    QUANTIZED,
    BITS
  }

  private static final Map<String, DType> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(d -> d.label, Function.identity()));

  private final String label;
  private final int bits;
  private final Kind kind;

  DType(String label, int bits, Kind kind) {
    this.label = label;
    this.bits = bits;
    this.kind = kind;
  }

  /// The type of this name (`float32`), if there is one.
  public static Optional<DType> named(String label) {
    return Optional.ofNullable(BY_NAME.get(label));
  }

  /// PyTorch's name without `torch.`: `float32`.
  public String label() {
    return label;
  }

  /// The width of one element in bits: 2 to 128.
  public int bits() {
    return bits;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isFloatingPoint() {
    return kind == Kind.FLOAT;
  }

  public boolean isComplex() {
    return kind == Kind.COMPLEX;
  }

  /// Whether several elements share a byte.
  public boolean isSubByte() {
    return bits < 8;
  }

  /// The bytes that `elements` densely packed elements take, the last one filled up with zero bits.
  ///
  /// @throws ArithmeticException if the number exceeds 64 bits
  public long byteSize(long elements) {
    if (isSubByte()) {
      long whole = Math.multiplyExact(elements / 8, bits);
      return whole + (elements % 8 * bits + 7) / 8;
    }
    return Math.multiplyExact(elements, bits / 8);
  }

  @Override
  public String toString() {
    return label;
  }
}
