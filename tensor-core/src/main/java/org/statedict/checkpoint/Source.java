package org.statedict.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/// Where a checkpoint's bytes come from: positional reads, a mapping if there is one, and files
/// beside it. Thread-safe.
public interface Source extends Closeable {
  /// The name for messages and listings: the path as the user gave it.
  String name();

  /// The number of bytes.
  long size();

  /// Reads the bytes from `at` on until `dst` is full.
  ///
  /// @throws CheckpointException if the source has shrunk since it was opened
  void read(long at, MemorySegment dst) throws IOException;

  /// The whole source as read-only memory, valid until this source is closed; empty if it cannot be
  /// mapped.
  Optional<MemorySegment> map() throws IOException;

  /// Opens a file in the same folder. The name comes from a file and is not trusted: it must be a
  /// plain file name.
  ///
  /// @throws CheckpointException if the name is no plain file name or the file is not regular
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  Source sibling(String name) throws IOException;

  /// Opens a file in the same folder or in a folder below it. The path, with `/` between its parts,
  /// comes from a file and is not trusted; nor may a folder in it be a link.
  ///
  /// @throws CheckpointException if the path leads, or may lead, elsewhere, or the file is not
  ///   regular
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  default Source below(String path) throws IOException {
    return sibling(path);
  }

  /// The bytes from `at` on, at most `limit` of them, on the heap; fewer at the end.
  default byte[] bytes(long at, int limit) throws IOException {
    byte[] read = new byte[Math.clamp(size() - at, 0, limit)];
    read(at, MemorySegment.ofArray(read));
    return read;
  }

  /// Checks that the source is still what was opened; asked after the last byte was read.
  ///
  /// @throws CheckpointException if it has been changed meanwhile
  default void requireUnchanged() throws IOException {}

  /// Opens a regular file.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  /// @throws CheckpointException if it is a folder, a pipe or a device
  static Source open(Path file) throws IOException {
    return FileSource.open(file);
  }

  /// Everything that a stream holds, spooled to a temporary file that goes when the source is
  /// closed; without siblings. The stream is closed.
  ///
  /// @param name what to call it in messages
  static Source spooled(String name, InputStream stream) throws IOException {
    return SpooledSource.of(name, stream);
  }

  /// Bytes in memory, without siblings.
  static Source of(String name, byte[] content) {
    return new MemorySource(name, MemorySegment.ofArray(content).asReadOnly());
  }
}
