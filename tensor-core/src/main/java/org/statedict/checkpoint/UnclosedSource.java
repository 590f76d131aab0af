package org.statedict.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A source that stays open when its reader closes it, for whoever goes on reading.
final class UnclosedSource implements Source {
  private final Source source;

  UnclosedSource(Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public void read(long at, MemorySegment dst) throws IOException {
    source.read(at, dst);
  }

  @Override
  public Optional<MemorySegment> map() throws IOException {
    return source.map();
  }

  @Override
  public Source sibling(String name) throws IOException {
    return source.sibling(name);
  }

  @Override
  public Source below(String path) throws IOException {
    return source.below(path);
  }

  @Override
  public void requireUnchanged() throws IOException {
    source.requireUnchanged();
  }

  @Override
  public void close() {
    // whoever lent the source closes it
  }
}
