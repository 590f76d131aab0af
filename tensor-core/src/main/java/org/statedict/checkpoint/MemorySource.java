package org.statedict.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException.Where;

/// A source over bytes in memory.
record MemorySource(String name, MemorySegment content) implements Source {
  @Override
  public long size() {
    return content.byteSize();
  }

  @Override
  public void read(long at, MemorySegment dst) {
    MemorySegment.copy(content, at, dst, 0, dst.byteSize());
  }

  @Override
  public Optional<MemorySegment> map() {
    return Optional.of(content);
  }

  @Override
  public Source sibling(String sibling) throws IOException {
    throw new CheckpointException(
        Where.in(name), "names the file '" + sibling + "', but was not read from a folder");
  }

  @Override
  public void close() {
    // nothing is held
  }
}
