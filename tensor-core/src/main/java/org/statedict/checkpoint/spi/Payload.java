package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Target;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// Copies the bulk of a file forward through a small room of memory, whatever its size. The next
/// piece of what is long is read while the one before is written.
///
/// @param output where it goes
/// @param progress is told of every byte
/// @param room two pieces, outside of the heap so that files are read into them and written from
///   them without a copy between, and of a size that every element's width divides
public record Payload(Target.Output output, Progress progress, MemorySegment room) {
  private static final int PIECE = 4 << 20;
  private static final long IN_PLACE = 64L << 20;
  private static final int ALIGNMENT = 64;
  private static final long LONG = 2L * PIECE;

  public Payload(Target.Output output, Progress progress) {
    this(output, progress, Arena.ofAuto().allocate(2 * PIECE, ALIGNMENT));
  }

  /// Provides the bytes from `at` on until `dst` is full; always on one thread at a time.
  @FunctionalInterface
  public interface Bytes {
    void copyTo(long at, MemorySegment dst) throws IOException;
  }

  /// Writes a tensor's elements, row-major and dense.
  public void write(Tensor tensor) throws IOException {
    TensorBytes bytes = TensorBytes.of(tensor);
    Optional<MemorySegment> memory = bytes.byteSize() < LONG ? Optional.empty() : bytes.memory();
    if (memory.isPresent()) {
      write(memory.get());
    } else {
      write(bytes.byteSize(), bytes::copyTo);
    }
  }

  /// Writes memory from where it is. The system says so if it is of a file that has shrunk.
  private void write(MemorySegment memory) throws IOException {
    try {
      for (long at = 0; at < memory.byteSize(); at += IN_PLACE) {
        put(memory.asSlice(at, Math.min(IN_PLACE, memory.byteSize() - at)));
      }
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Bad address")) {
        throw new IOException("a file changed while it was read; read it again", e);
      }
      throw e;
    }
  }

  /// Writes a storage as it is.
  public void write(Storage storage) throws IOException {
    write(storage.byteSize(), storage::copyTo);
  }

  /// Writes `size` bytes.
  public void write(long size, Bytes bytes) throws IOException {
    if (size >= LONG) {
      writeAhead(size, bytes);
      return;
    }
    for (long at = 0; at < size; at += PIECE) {
      MemorySegment part = room.asSlice(0, Math.min(PIECE, size - at));
      bytes.copyTo(at, part);
      put(part);
    }
  }

  private void writeAhead(long size, Bytes bytes) throws IOException {
    try (ReadAhead pieces = new ReadAhead(size, bytes, room)) {
      for (long at = 0; at < size; at += PIECE) {
        put(pieces.next());
      }
    }
  }

  private void put(MemorySegment part) throws IOException {
    output.write(part);
    progress.advance(part.byteSize());
  }
}
