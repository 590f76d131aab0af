package org.statedict.tensor;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/// A leaf that is no tensor; equal by value, floats by their bits.
public sealed interface Scalar extends Value {
  /// The integer `value` in its one form: [Int] where it fits 64 bits, else [BigInt].
  static Scalar integer(BigInteger value) {
    return value.bitLength() < Long.SIZE ? new Int(value.longValue()) : new BigInt(value);
  }

  static Real real(double value) {
    return new Real(Double.doubleToRawLongBits(value));
  }

  /// Python's `None`.
  enum Nil implements Scalar {
    NONE;

    @Override
    public String toString() {
      return "None";
    }
  }

  record Bool(boolean value) implements Scalar {
    @Override
    public String toString() {
      return value ? "True" : "False";
    }
  }

  /// An integer of at most 64 bits.
  record Int(long value) implements Scalar, Comparable<Int> {
    @Override
    public int compareTo(Int other) {
      return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /// An integer outside -2^63..2^63-1.
  record BigInt(BigInteger value) implements Scalar, Comparable<BigInt> {
    /// @throws IllegalArgumentException if the value fits 64 bits
    public BigInt {
      if (value.bitLength() < Long.SIZE) {
        throw new IllegalArgumentException(value + " fits 64 bits: use Int");
      }
    }

    @Override
    public int compareTo(BigInt other) {
      return value.compareTo(other.value);
    }

    @Override
    public String toString() {
      return value.toString();
    }
  }

  /// A double by its bits, so that a NaN keeps its payload and -0.0 differs from 0.0.
  record Real(long bits) implements Scalar, Comparable<Real> {
    public double value() {
      return Double.longBitsToDouble(bits);
    }

    @Override
    public int compareTo(Real other) {
      return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
      return PythonText.of(value());
    }
  }

  record Complex(Real re, Real im) implements Scalar {
    @Override
    public String toString() {
      return "(" + re + "," + im + "j)";
    }
  }

  /// A string of UTF-16 units; lone surrogates of Python strings survive.
  record Text(String value) implements Scalar, Comparable<Text> {
    @Override
    public int compareTo(Text other) {
      return value.compareTo(other.value);
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /// Python's `bytes`, or `bytearray` if `mutable`.
  final class Bytes implements Scalar {
    private final byte[] value;
    private final boolean mutable;

    private Bytes(byte[] value, boolean mutable) {
      this.value = value;
      this.mutable = mutable;
    }

    /// `bytes` over a copy of `value`.
    public static Bytes of(byte... value) {
      return new Bytes(value.clone(), false);
    }

    /// `bytearray` over a copy of `value`.
    public static Bytes array(byte... value) {
      return new Bytes(value.clone(), true);
    }

    public boolean isMutable() {
      return mutable;
    }

    public int size() {
      return value.length;
    }

    /// A fresh copy of the bytes.
    public byte[] toArray() {
      return value.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes b && mutable == b.mutable && Arrays.equals(value, b.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return (mutable ? "bytearray:" : "bytes:") + HexFormat.of().formatHex(value);
    }
  }

  /// One number with an element type that is no tensor, such as a NumPy scalar.
  final class Typed implements Scalar {
    private final DType dtype;
    private final byte[] bytes;

    /// @param bytes the element, little-endian; copied
    /// @throws IllegalArgumentException if it has not the length that `dtype` needs
    public Typed(DType dtype, byte... bytes) {
      if (bytes.length != dtype.byteSize(1)) {
        throw new IllegalArgumentException(
            "one %s takes %d bytes, not %d".formatted(dtype, dtype.byteSize(1), bytes.length));
      }
      this.dtype = dtype;
      this.bytes = bytes.clone();
    }

    public DType dtype() {
      return dtype;
    }

    /// A fresh copy of the element's little-endian bytes.
    public byte[] toArray() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Typed t && dtype == t.dtype && Arrays.equals(bytes, t.bytes);
    }

    @Override
    public int hashCode() {
      return 31 * dtype.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return dtype + ":" + HexFormat.of().formatHex(bytes);
    }
  }

  /// An element type as a value (`torch.float32`).
  record DTypeName(DType dtype) implements Scalar {
    @Override
    public String toString() {
      return "torch." + dtype;
    }
  }

  /// A device as a value.
  record DeviceName(Device device) implements Scalar {
    @Override
    public String toString() {
      return "device:" + device;
    }
  }

  /// A class or function by its name, which nothing here ever resolves.
  ///
  /// @param qualifiedName module and name joined by a dot: `torch.strided`
  record GlobalName(String qualifiedName) implements Scalar {
    @Override
    public String toString() {
      return qualifiedName;
    }
  }
}
