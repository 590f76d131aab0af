package org.statedict.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.CheckpointException.Where;

/// Finds the one shard index in a folder that was named in place of a file.
final class FolderIndex {
  private FolderIndex() {}

  /// `path` itself, or the one `*.index.json` in it if it is a folder.
  ///
  /// @throws CheckpointException if the folder holds none or several
  static Path of(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return path;
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.index.json")) {
      files.forEach(found::add);
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    String what = found.isEmpty() ? "no *.index.json" : "several *.index.json: " + found;
    throw new CheckpointException(
        Where.in(path.toString()), "is a folder with " + what + "; name the file to be read");
  }
}
