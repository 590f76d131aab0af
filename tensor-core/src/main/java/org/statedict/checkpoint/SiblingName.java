package org.statedict.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.statedict.checkpoint.CheckpointException.Where;

/// Resolves the name of a companion file that stands in an untrusted file.
///
/// The name must be a plain file name by the rules of POSIX and of Windows. A symbolic link may end
/// in the same folder, or in `blobs` of the nearest folder above that has both `blobs` and
/// `snapshots`, which is how model hubs lay out their cache.
final class SiblingName {
  private static final int LONGEST = 255;

  private SiblingName() {}

  /// @throws CheckpointException if the name leads, or may lead, out of the folder
  static Path resolve(Path file, String name) throws IOException {
    if (!isPlain(name)) {
      throw new CheckpointException(
          Where.in(file.toString()),
          "names the companion file '%s', which is not a plain file name in the same folder; refused"
              .formatted(Escapes.visible(name)));
    }
    Path sibling = file.resolveSibling(name);
    if (Files.isSymbolicLink(sibling)) {
      requireInside(file, sibling);
    }
    return sibling;
  }

  private static boolean isPlain(String name) {
    boolean dots = name.isEmpty() || name.equals(".") || name.equals("..");
    boolean odd = name.chars().anyMatch(c -> c < ' ' || c == 0x7f || "/\\:".indexOf(c) >= 0);
    return !dots && !odd && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
  }

  private static void requireInside(Path file, Path link) throws IOException {
    Path end = link.toRealPath();
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || end.startsWith(folder.toRealPath())) {
      return;
    }
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      if (Files.isDirectory(above.resolve("blobs"))
          && Files.isDirectory(above.resolve("snapshots"))) {
        if (end.startsWith(above.resolve("blobs").toRealPath())) {
          return;
        }
        break;
      }
    }
    throw new CheckpointException(
        Where.in(link.toString()),
        "is a symbolic link that leaves the model's folder; copy the file there to use it");
  }
}
