package org.statedict.testkit;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.statedict.checkpoint.Source;

/// A source that counts the bytes read from it and how often it was closed.
///
/// Its siblings count to the same sum. It cannot be mapped, since nobody sees what is read from
/// memory.
public final class CountingSource implements Source {
  private final Source inner;
  private final AtomicLong bytesRead;
  private final AtomicInteger closeCount = new AtomicInteger();

  public CountingSource(Source inner) {
    this(inner, new AtomicLong());
  }

  private CountingSource(Source inner, AtomicLong bytesRead) {
    this.inner = inner;
    this.bytesRead = bytesRead;
  }

  /// The bytes read so far, those read twice counted twice.
  public long bytesRead() {
    return bytesRead.get();
  }

  public int closeCount() {
    return closeCount.get();
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public long size() {
    return inner.size();
  }

  @Override
  public void read(long at, MemorySegment dst) throws IOException {
    inner.read(at, dst);
    bytesRead.addAndGet(dst.byteSize());
  }

  @Override
  public Optional<MemorySegment> map() {
    return Optional.empty();
  }

  @Override
  public Source sibling(String name) throws IOException {
    return new CountingSource(inner.sibling(name), bytesRead);
  }

  @Override
  public void requireUnchanged() throws IOException {
    inner.requireUnchanged();
  }

  @Override
  public void close() throws IOException {
    closeCount.incrementAndGet();
    inner.close();
  }
}
