package org.statedict.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file that appears whole under its name or not at all.
///
/// It is written under a temporary name in the target's folder, readable by its owner alone, and
/// renamed when complete. At any moment before that the target is what it was.
final class AtomicFile implements Target.Output {
  private static final int BUFFER = 1 << 20;
  private static final int LONG = 1 << 16;
  private static final long LARGEST_WRITE = 1L << 30;
  private static final Set<PosixFilePermission> PRIVATE =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path target;
  private final SaveOptions options;
  private final SavePlan.PlannedFile planned;
  private final Path temporary;
  private final FileChannel channel;
  private final @Nullable Set<PosixFilePermission> finalMode;
  private final Arena arena = Arena.ofConfined();
  private final ByteBuffer buffer = arena.allocate(BUFFER, 4096).asByteBuffer();
  private long position;

  private AtomicFile(Path target, SavePlan.PlannedFile planned, SaveOptions options)
      throws IOException {
    this.target = target;
    this.planned = planned;
    this.options = options;
    this.temporary = TemporaryNames.fresh(target);
    this.channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      this.finalMode = hide();
      TemporaryNames.claim(channel);
    } catch (IOException | RuntimeException e) {
      discard();
      throw e;
    }
  }

  /// Begins to write what will be `target`.
  ///
  /// @throws FileAlreadyExistsException if it exists and the options say so
  /// @throws FileSystemException if it is a link, a folder or a device, or the space does not
  ///   suffice
  static AtomicFile create(Path target, SavePlan.PlannedFile planned, SaveOptions options)
      throws IOException {
    requireReplaceable(target, options);
    TemporaryNames.removeAbandoned(target);
    requireSpace(target, planned.byteSize());
    return new AtomicFile(target, planned, options);
  }

  private static void requireReplaceable(Path target, SaveOptions options) throws IOException {
    if (Files.isSymbolicLink(target)) {
      throw new FileSystemException(
          target.toString(), null, "is a symbolic link; name the file it leads to");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(target)) {
        throw new FileSystemException(target.toString(), null, "is not a regular file");
      }
      if (options.existing() == SaveOptions.Existing.FAIL) {
        throw new FileAlreadyExistsException(target.toString());
      }
    }
  }

  private static void requireSpace(Path target, long bytes) throws IOException {
    long free = Files.getFileStore(TemporaryNames.folder(target)).getUsableSpace();
    if (free < bytes) {
      throw new FileSystemException(
          target.toString(), null, "needs %d bytes, %d are free".formatted(bytes, free));
    }
  }

  /// Makes the file its owner's alone while it is written, and returns the mode it gets in the end:
  /// that of the file it replaces, or what the process gives new files.
  private @Nullable Set<PosixFilePermission> hide() throws IOException {
    if (!Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
      return null;
    }
    Set<PosixFilePermission> usual = Files.getPosixFilePermissions(temporary);
    Files.setPosixFilePermissions(temporary, PRIVATE);
    return Files.exists(target) ? Files.getPosixFilePermissions(target) : usual;
  }

  @Override
  public void write(MemorySegment bytes) throws IOException {
    if (bytes.isNative() && bytes.byteSize() >= LONG) {
      flush();
      writeDirectly(bytes);
    } else {
      collect(bytes);
    }
    position += bytes.byteSize();
  }

  /// What is long and outside of the heap needs no buffer.
  private void writeDirectly(MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); at += LARGEST_WRITE) {
      long size = Math.min(LARGEST_WRITE, bytes.byteSize() - at);
      ByteBuffer piece = bytes.asSlice(at, size).asByteBuffer();
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
    }
  }

  private void collect(MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); ) {
      int piece = (int) Math.min(buffer.remaining(), bytes.byteSize() - at);
      MemorySegment room = MemorySegment.ofBuffer(buffer).asSlice(0, piece);
      MemorySegment.copy(bytes, at, room, 0, piece);
      buffer.position(buffer.position() + piece);
      at += piece;
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  public long position() {
    return position;
  }

  /// Ends writing; the file is still under its temporary name.
  @Override
  public void close() throws IOException {
    if (position != planned.byteSize()) {
      throw new IllegalStateException(
          "%s: planned %d bytes, wrote %d".formatted(target, planned.byteSize(), position));
    }
    flush();
    if (finalMode != null) {
      Files.setPosixFilePermissions(temporary, finalMode);
    }
    if (options.sync() == SaveOptions.Sync.FULL) {
      channel.force(true);
    }
  }

  /// Gives the complete file its name and makes that durable.
  void commit() throws IOException {
    if (options.existing() == SaveOptions.Existing.FAIL) {
      Files.createLink(target, temporary);
      Files.delete(temporary);
    } else {
      replace();
    }
    release();
    if (options.sync() == SaveOptions.Sync.FULL) {
      TemporaryNames.syncFolder(target);
    }
  }

  private void replace() throws IOException {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      FileSystemException refused =
          new FileSystemException(
              target.toString(), null, "this file system cannot replace a file atomically");
      refused.initCause(e);
      throw refused;
    }
  }

  /// Removes the temporary file, if it still is one.
  void discard() throws IOException {
    try {
      release();
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void release() throws IOException {
    channel.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
