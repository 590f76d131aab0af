package org.statedict.testkit;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.statedict.checkpoint.Source;

/// A file's content and damaged versions of it. The damaged sources keep the file's name, and the
/// files beside it stay whole.
public final class CorruptBytes {
  private final Path file;
  private final byte[] content;

  private CorruptBytes(Path file, byte[] content) {
    this.file = file;
    this.content = content;
  }

  /// The content of `file`, read now.
  public static CorruptBytes of(Path file) throws IOException {
    return new CorruptBytes(file, Files.readAllBytes(file));
  }

  public int size() {
    return content.length;
  }

  /// The whole content.
  public Source whole() {
    return new Damaged(file, Source.of(file.toString(), content));
  }

  /// The first `length` bytes.
  public Source cut(int length) {
    return damaged(Arrays.copyOf(content, length));
  }

  /// The content with one bit inverted; bits count from the lowest of the first byte.
  public Source flipped(long bit) {
    byte[] damaged = content.clone();
    damaged[Math.toIntExact(bit / 8)] ^= (byte) (1 << (bit % 8));
    return damaged(damaged);
  }

  /// The content with more bytes behind it.
  public Source followedBy(byte... more) {
    byte[] longer = Arrays.copyOf(content, content.length + more.length);
    System.arraycopy(more, 0, longer, content.length, more.length);
    return damaged(longer);
  }

  private Source damaged(byte[] bytes) {
    return new Damaged(file, Source.of(file.toString(), bytes));
  }

  /// Changed bytes among the companions of the real file.
  private record Damaged(Path file, Source bytes) implements Source {
    @Override
    public String name() {
      return bytes.name();
    }

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void read(long at, MemorySegment dst) throws IOException {
      bytes.read(at, dst);
    }

    @Override
    public Optional<MemorySegment> map() throws IOException {
      return bytes.map();
    }

    @Override
    public Source sibling(String name) throws IOException {
      try (Source real = Source.open(file)) {
        return real.sibling(name);
      }
    }

    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }
}
