package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.statedict.checkpoint.spi.Payload.Bytes;

/// Fills the next piece on a thread of its own while the one before is written.
final class ReadAhead implements AutoCloseable {
  private final long size;
  private final Bytes bytes;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("read-ahead").daemon().factory());
  private MemorySegment idle;
  private Future<MemorySegment> pending;
  private long asked;

  /// @param room two pieces
  ReadAhead(long size, Bytes bytes, MemorySegment room) {
    long half = room.byteSize() / 2;
    this.size = size;
    this.bytes = bytes;
    this.idle = room.asSlice(half);
    this.pending = fill(room.asSlice(0, half));
  }

  private Future<MemorySegment> fill(MemorySegment piece) {
    long at = asked;
    MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), size - at));
    asked += part.byteSize();
    return reader.submit(() -> {
      bytes.copyTo(at, part);
      return part;
    });
  }

  /// The next piece, which stays as it is until the one behind it is asked for.
  MemorySegment next() throws IOException {
    MemorySegment ready = await();
    MemorySegment free = idle;
    idle = ready;
    if (asked < size) {
      pending = fill(free);
    }
    return ready;
  }

  private MemorySegment await() throws IOException {
    try {
      return pending.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the next piece was read");
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
