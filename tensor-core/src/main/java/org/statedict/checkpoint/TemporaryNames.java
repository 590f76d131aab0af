package org.statedict.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The names `.NAME.RANDOM.tmp` of files being written, and what becomes of those left behind.
///
/// A writer holds a lock on its temporary file while it lives, so a file whose lock is free was
/// abandoned.
final class TemporaryNames {
  private static final int LONGEST = 255;
  private static final SecureRandom RANDOM = new SecureRandom();

  private TemporaryNames() {}

  static Path fresh(Path target) {
    byte[] random = new byte[6];
    RANDOM.nextBytes(random);
    return folder(target).resolve(prefix(target) + HexFormat.of().formatHex(random) + ".tmp");
  }

  static Path folder(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  private static String prefix(Path target) {
    String name = String.valueOf(target.getFileName());
    while (name.getBytes(StandardCharsets.UTF_8).length > LONGEST - 20) {
      name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
    }
    return "." + name + ".";
  }

  /// Marks a temporary file as being written, where the file system has locks.
  static void claim(FileChannel channel) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      throw new IOException("another process holds a temporary file that was just made");
    }
  }

  /// Removes temporary files of this target that nobody writes any more.
  ///
  /// @throws NoSuchFileException if the folder does not exist
  static void removeAbandoned(Path target) throws IOException {
    Path folder = folder(target);
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "the parent folder does not exist");
    }
    String prefix = prefix(target);
    DirectoryStream.Filter<Path> ours = p -> isTemporary(String.valueOf(p.getFileName()), prefix);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, ours)) {
      for (Path path : found) {
        removeIfFree(path);
      }
    }
  }

  private static boolean isTemporary(String name, String prefix) {
    return name.length() == prefix.length() + 16
        && name.startsWith(prefix)
        && name.substring(prefix.length()).matches("[0-9a-f]{12}\\.tmp");
  }

  private static void removeIfFree(Path path) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(path);
      }
    } catch (OverlappingFileLockException | NoSuchFileException e) {
      return; // a writer in this process holds it, or it has just got its final name
    }
  }

  /// Makes a rename durable; Windows has no such call and keeps its journal instead.
  static void syncFolder(Path target) throws IOException {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return;
    }
    try (FileChannel folder = FileChannel.open(folder(target), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
