package org.statedict.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A folder of files that a real program wrote, with what is expected of each in `expected.json`.
///
/// The folder is `testdata/golden/NAME` in the working directory or in one above it, so it is found
/// from every module.
public final class GoldenFiles {
  private static final Path GOLDEN = Path.of("testdata", "golden");

  private final Path folder;
  private final JsonNode expected;

  private GoldenFiles(Path folder, JsonNode expected) {
    this.folder = folder;
    this.expected = expected;
  }

  /// A file and what is expected of it.
  ///
  /// @param name its path inside the folder
  public record Case(String name, Path path, JsonNode expected) {
    /// The name, so that a failing test names its case.
    @Override
    public String toString() {
      return name;
    }
  }

  /// The folder `testdata/golden/NAME` with its `expected.json`.
  ///
  /// @throws NoSuchFileException if there is none here or above
  public static GoldenFiles of(String name) throws IOException {
    Path folder = find(name);
    return new GoldenFiles(folder, json(folder.resolve("expected.json")));
  }

  /// The path of `testdata/golden/NAME`, which need not have an `expected.json`.
  ///
  /// @throws NoSuchFileException if there is none here or above
  public static Path find(String name) throws IOException {
    Path start = Path.of("").toAbsolutePath();
    for (Path above = start; above != null; above = above.getParent()) {
      Path found = above.resolve(GOLDEN).resolve(name);
      if (Files.exists(found)) {
        return found;
      }
    }
    throw new NoSuchFileException(
        GOLDEN.resolve(name).toString(), null, "neither in " + start + " nor in a folder above it");
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /// The path of a file in the folder.
  public Path path(String file) {
    return folder.resolve(file);
  }

  /// The whole `expected.json`.
  public JsonNode expected() {
    return expected;
  }

  /// Another JSON file of the folder.
  ///
  /// @throws NoSuchFileException if there is none
  public JsonNode expected(String file) throws IOException {
    return json(folder.resolve(file));
  }

  /// The cases under the member `files` of `expected.json`.
  public Stream<Case> cases() {
    return cases("files", "");
  }

  /// The cases under `member` of `expected.json`, whose names are relative to `subfolder`.
  ///
  /// @throws IllegalArgumentException if `expected.json` has no such member
  public Stream<Case> cases(String member, String subfolder) {
    JsonNode files = expected.path(member);
    if (!files.isObject()) {
      throw new IllegalArgumentException(
          "%s has no member '%s'".formatted(folder.resolve("expected.json"), member));
    }
    return files
        .propertyStream()
        .map(
            e -> new Case(e.getKey(), folder.resolve(subfolder).resolve(e.getKey()), e.getValue()));
  }
}
