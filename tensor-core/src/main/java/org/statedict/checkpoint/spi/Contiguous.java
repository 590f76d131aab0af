package org.statedict.checkpoint.spi;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// A tensor's row-major bytes as a storage of their own, computed as they are copied.
///
/// @param bytes the storage
public record Contiguous(Storage bytes) {
  /// The bytes of one tensor; its storage itself if they are all of it.
  public static Contiguous of(Tensor tensor) {
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

  /// The bytes of several tensors, one behind the other.
  public static Contiguous of(List<Tensor> parts) {
    long size = parts.stream().mapToLong(Tensor::byteSize).sum();
    List<Contiguous> all = parts.stream().map(Contiguous::of).toList();
    return new Contiguous(
        Storage.deferred(size, parts.getFirst().device(), (at, dst) -> copy(all, at, dst)));
  }

  private static void copy(List<Contiguous> parts, long at, MemorySegment dst) {
    long begin = 0;
    for (Contiguous part : parts) {
      long end = begin + part.bytes.byteSize();
      long from = Math.max(at, begin);
      long to = Math.min(at + dst.byteSize(), end);
      if (from < to) {
        part.bytes.copyTo(from - begin, dst.asSlice(from - at, to - from));
      }
      begin = end;
    }
  }

  /// The same bytes under another type and shape.
  public Tensor as(DType dtype, Shape shape) {
    return Tensor.over(bytes, dtype, shape);
  }
}
