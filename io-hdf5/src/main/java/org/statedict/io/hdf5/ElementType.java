package org.statedict.io.hdf5;

import org.statedict.tensor.DType;

/// What an element of a dataset or an attribute is.
sealed interface ElementType {
  /// The bytes of one element.
  int size();

  /// Numbers that tensors have.
  record Numbers(DType dtype, boolean bigEndian) implements ElementType {
    @Override
    public int size() {
      return dtype.bits() / 8;
    }
  }

  /// Text: of `size` bytes, or a reference of 16 bytes into the global heap.
  record Text(int size, boolean variable, boolean spacePadded) implements ElementType {}

  /// Bytes without a meaning.
  record Bytes(int size) implements ElementType {}

  /// Anything else.
  ///
  /// @param what its name, for messages
  record Other(int size, String what) implements ElementType {}
}
