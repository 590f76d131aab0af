package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Resolves PyTorch's lazy conjugation and negation in a copy of the elements.
final class SignFlips {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private SignFlips() {}

  /// Refuses traits that have no meaning for a type.
  ///
  /// @throws IllegalArgumentException if elements are to be conjugated that are not complex, or
  ///   negated where PyTorch has no negation
  static void requireMeaning(DType dtype, Traits traits) {
    boolean negatable =
        switch (dtype.kind()) {
          case COMPLEX -> true;
          case FLOAT -> dtype.bits() >= 16;
          case SIGNED -> !dtype.isSubByte();
          case UNSIGNED -> dtype == DType.UINT8;
          case BOOL, QUANTIZED, BITS -> false;
        };
    if (traits.neg() && !negatable) {
      throw new IllegalArgumentException("PyTorch has no negation of " + dtype);
    }
    if (traits.conj() && !dtype.isComplex()) {
      throw new IllegalArgumentException(dtype + " is not complex and has no conjugate");
    }
  }

  /// Conjugates or negates `bytes`, which hold whole elements, as the tensor's traits say.
  static void resolve(Tensor tensor, MemorySegment bytes) {
    boolean neg = tensor.traits().neg();
    int width = tensor.dtype().bits() / 8;
    if (tensor.dtype().isComplex()) {
      if (neg) {
        flip(bytes, width / 2 - 1, width);
      }
      if (neg != tensor.traits().conj()) {
        flip(bytes, width - 1, width);
      }
    } else if (neg && tensor.dtype().isFloatingPoint()) {
      flip(bytes, width - 1, width);
    } else if (neg) {
      negate(bytes, width);
    }
  }

  /// Flips the top bit of every `step`-th byte.
  private static void flip(MemorySegment bytes, int first, int step) {
    for (long i = first; i < bytes.byteSize(); i += step) {
      bytes.set(BYTE, i, (byte) (bytes.get(BYTE, i) ^ 0x80));
    }
  }

  /// Negates two's complement integers of any width: inverts the bits and adds 1.
  private static void negate(MemorySegment integers, int width) {
    int carry = 1;
    for (long i = 0; i < integers.byteSize(); i++) {
      carry = i % width == 0 ? 1 : carry;
      int sum = (~integers.get(BYTE, i) & 0xff) + carry;
      integers.set(BYTE, i, (byte) sum);
      carry = sum >> 8;
    }
  }
}
