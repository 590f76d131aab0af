package org.statedict.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// Finds the golden files at the repository's root, from whatever folder the tests run in.
final class TestData {
  private TestData() {}

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path file(String name) {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path found = folder.resolve("testdata/golden").resolve(name);
      if (Files.exists(found)) {
        return found;
      }
    }
    throw new IllegalStateException("no testdata/golden/" + name + " above " + start);
  }

  static byte[] base64(JsonNode text) {
    return Base64.getDecoder().decode(text.asText());
  }
}
