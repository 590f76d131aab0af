package org.statedict.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;

/// A read-only mapping of a whole file; closing it ends every view that was lent from it.
final class MappedFile implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment bytes;

  MappedFile(FileChannel channel, long size) throws IOException {
    try {
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  MemorySegment bytes() {
    return bytes;
  }

  @Override
  public void close() {
    arena.close();
  }
}
