package org.statedict.tensor;

import java.lang.foreign.MemorySegment;

/// Collects a tensor's elements in row-major order out of its storage.
interface Gather {
  /// Fills `dst`, which is not empty, with the row-major bytes from `at` on.
  void copy(long at, MemorySegment dst);

  static Gather of(Tensor tensor) {
    return tensor.dtype().isSubByte() ? new BitGather(tensor) : new ByteGather(tensor);
  }
}
