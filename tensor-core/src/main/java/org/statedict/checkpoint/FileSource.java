package org.statedict.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException.Where;

/// A regular file, read by position and mapped on demand.
final class FileSource implements Source {
  private static final long LARGEST_READ = 1L << 30;
  private static final long BUFFER = 1L << 20;

  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes opened;
  private @Nullable MappedFile mapping;
  private volatile boolean closed;

  private FileSource(Path path, FileChannel channel, BasicFileAttributes opened) {
    this.path = path;
    this.channel = channel;
    this.opened = opened;
  }

  static FileSource open(Path path) throws IOException {
    BasicFileAttributes before = attributes(path);
    if (!before.isRegularFile()) {
      String what = before.isDirectory() ? "a folder" : "a pipe or device";
      throw new CheckpointException(
          Where.in(path.toString()), "is " + what + ", not a regular file");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      FileSource source = new FileSource(path, channel, before);
      source.requireUnchanged();
      return source;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long size() {
    return opened.size();
  }

  @Override
  public void read(long at, MemorySegment dst) throws IOException {
    Objects.checkFromIndexSize(at, dst.byteSize(), size());
    if (closed) {
      throw new IllegalStateException(
          name() + " was closed, and its tensors with it; copy() a tensor to keep it");
    }
    if (dst.isNative()) {
      readDirectly(at, dst);
    } else {
      readThroughBuffer(at, dst);
    }
  }

  private void readDirectly(long at, MemorySegment dst) throws IOException {
    for (long done = 0; done < dst.byteSize(); done += LARGEST_READ) {
      long piece = Math.min(dst.byteSize() - done, LARGEST_READ);
      fill(at + done, dst.asSlice(done, piece).asByteBuffer());
    }
  }

  /// Arrays of other types than byte have no ByteBuffer, and for a long one the channel would
  /// allocate as long a buffer of its own.
  private void readThroughBuffer(long at, MemorySegment dst) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(dst.byteSize(), BUFFER));
      for (long done = 0; done < dst.byteSize(); done += BUFFER) {
        long piece = Math.min(dst.byteSize() - done, BUFFER);
        fill(at + done, buffer.asSlice(0, piece).asByteBuffer());
        MemorySegment.copy(buffer, 0, dst, done, piece);
      }
    }
  }

  private void fill(long at, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw changed();
      }
    }
  }

  @Override
  public synchronized Optional<MemorySegment> map() throws IOException {
    if (mapping == null) {
      mapping = new MappedFile(channel, size());
    }
    return Optional.of(mapping.bytes());
  }

  @Override
  public Source sibling(String name) throws IOException {
    return open(SiblingName.resolve(path, name));
  }

  @Override
  public Source below(String relative) throws IOException {
    int slash = relative.lastIndexOf('/');
    if (slash < 0) {
      return sibling(relative);
    }
    Path folder = path;
    for (String part : relative.substring(0, slash).split("/", -1)) {
      folder = SiblingName.resolve(folder, part);
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new CheckpointException(
            Where.in(name()),
            "names the companion file '%s', where '%s' is no folder; refused"
                .formatted(Escapes.visible(relative), Escapes.visible(part)));
      }
      folder = folder.resolve(".");
    }
    return open(SiblingName.resolve(folder, relative.substring(slash + 1)).normalize());
  }

  @Override
  public void requireUnchanged() throws IOException {
    BasicFileAttributes now;
    try {
      now = attributes(path);
    } catch (NoSuchFileException e) {
      return; // deleted or replaced under its name: what was opened is still there
    }
    boolean same = Objects.equals(now.fileKey(), opened.fileKey());
    if (channel.size() != opened.size()
        || (same && !now.lastModifiedTime().equals(opened.lastModifiedTime()))) {
      throw changed();
    }
  }

  private CheckpointException changed() {
    return new CheckpointException(
        Where.in(name()),
        "the file changed while it was read; read it again when nothing writes it");
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (mapping != null) {
      mapping.close();
    }
    channel.close();
  }
}
