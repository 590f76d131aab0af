package org.statedict.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException.Where;

/// A stream, spooled to a file that is deleted when the source is closed: formats read by position.
record SpooledSource(String name, Source spool, Path file) implements Source {
  static SpooledSource of(String name, InputStream stream) throws IOException {
    Path file = Files.createTempFile("statedict-", ".spool");
    try (stream) {
      Files.copy(stream, file, StandardCopyOption.REPLACE_EXISTING);
      return new SpooledSource(name, Source.open(file), file);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  @Override
  public long size() {
    return spool.size();
  }

  @Override
  public void read(long at, MemorySegment dst) throws IOException {
    spool.read(at, dst);
  }

  @Override
  public Optional<MemorySegment> map() throws IOException {
    return spool.map();
  }

  @Override
  public Source sibling(String sibling) throws IOException {
    throw new CheckpointException(
        Where.in(name), "names the file '" + sibling + "', but was not read from a folder");
  }

  @Override
  public void close() throws IOException {
    try {
      spool.close();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
