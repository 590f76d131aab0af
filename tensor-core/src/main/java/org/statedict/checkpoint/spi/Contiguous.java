package org.statedict.checkpoint.spi;

import java.lang.foreign.MemorySegment;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// A tensor's row-major bytes as a storage of their own, computed as they are copied.
record Contiguous(Storage bytes) {
  static Contiguous of(Tensor tensor) {
    if (Sharing.coversStorage(tensor) && !tensor.traits().conj() && !tensor.traits().neg()) {
      return new Contiguous(tensor.storage());
    }
    return new Contiguous(
        Storage.deferred(tensor.byteSize(), tensor.device(), new Gathered(tensor)));
  }

  /// Gathers with one reader for all pieces, since a reader may keep what it has read.
  private static final class Gathered implements Storage.Filler {
    private final TensorBytes bytes;

    Gathered(Tensor tensor) {
      this.bytes = TensorBytes.of(tensor);
    }

    @Override
    public synchronized void fill(long at, MemorySegment dst) {
      bytes.copyTo(at, dst);
    }
  }

  /// The same bytes under another type and shape.
  Tensor as(DType dtype, Shape shape) {
    return Tensor.over(bytes, dtype, shape);
  }
}
