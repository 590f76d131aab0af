package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Resolves PyTorch's lazy conjugation and negation: sign bits flipped in a copy of the elements.
final class SignFlips {
  private SignFlips() {}

  /// Flips signs in `bytes`, which hold whole elements of `tensor` from byte `at` on.
  static void resolve(Tensor tensor, long at, MemorySegment bytes) {
    Traits traits = tensor.traits();
    if (!traits.conj() && !traits.neg()) {
      return;
    }
    boolean complex = tensor.dtype().isComplex();
    int width = tensor.dtype().bits() / 8 / (complex ? 2 : 1);
    for (long i = width - 1L; i < bytes.byteSize(); i += width) {
      boolean imaginary = complex && (at + i) / width % 2 == 1;
      if (traits.neg() != (traits.conj() && imaginary)) {
        byte top = bytes.get(ValueLayout.JAVA_BYTE, i);
        bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (top ^ 0x80));
      }
    }
  }
}
