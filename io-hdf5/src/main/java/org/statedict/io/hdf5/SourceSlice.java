package org.statedict.io.hdf5;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import org.statedict.checkpoint.Source;

/// A run of bytes of another source, such as a stored member of an archive; closing it closes that.
record SourceSlice(Source whole, long offset, long size) implements Source {
  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public void read(long at, MemorySegment dst) throws IOException {
    Objects.checkFromIndexSize(at, dst.byteSize(), size);
    whole.read(offset + at, dst);
  }

  @Override
  public Optional<MemorySegment> map() throws IOException {
    return whole.map().map(bytes -> bytes.asSlice(offset, size));
  }

  @Override
  public Source sibling(String name) throws IOException {
    return whole.sibling(name);
  }

  @Override
  public void requireUnchanged() throws IOException {
    whole.requireUnchanged();
  }

  @Override
  public void close() throws IOException {
    whole.close();
  }
}
