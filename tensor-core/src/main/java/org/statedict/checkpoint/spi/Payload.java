package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Target;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// Copies the bulk of a file forward through one buffer, whatever its size.
///
/// @param output where it goes
/// @param progress is told of every byte
/// @param piece the buffer, of a size that every element's width divides
public record Payload(Target.Output output, Progress progress, MemorySegment piece) {
  private static final int PIECE = 1 << 20;

  public Payload(Target.Output output, Progress progress) {
    this(output, progress, MemorySegment.ofArray(new byte[PIECE]));
  }

  /// Provides the bytes from `at` on until `dst` is full.
  @FunctionalInterface
  public interface Bytes {
    void copyTo(long at, MemorySegment dst) throws IOException;
  }

  /// Writes a tensor's elements, row-major and dense.
  public void write(Tensor tensor) throws IOException {
    TensorBytes bytes = TensorBytes.of(tensor);
    write(bytes.byteSize(), bytes::copyTo);
  }

  /// Writes a storage as it is.
  public void write(Storage storage) throws IOException {
    write(storage.byteSize(), storage::copyTo);
  }

  /// Writes `size` bytes.
  public void write(long size, Bytes bytes) throws IOException {
    for (long at = 0; at < size; at += piece.byteSize()) {
      MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), size - at));
      bytes.copyTo(at, part);
      output.write(part);
      progress.advance(part.byteSize());
    }
  }
}
