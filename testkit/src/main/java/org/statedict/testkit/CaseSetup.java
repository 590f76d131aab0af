package org.statedict.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Makes what a hostile case needs beside its file and what no repository can hold: links, pipes,
/// folders.
public final class CaseSetup {
  private CaseSetup() {}

  /// Copies folders of the corpus `hostile` and makes there what the member `setup` of the case
  /// asks for.
  ///
  /// @param into an empty folder
  /// @param folders the folders of the corpus that the case needs
  /// @return the copy of the case's file
  public static Path copy(GoldenFiles.Case file, Path into, List<String> folders)
      throws IOException, InterruptedException {
    Path corpus = GoldenFiles.find("hostile");
    for (String folder : folders) {
      try (Stream<Path> all = Files.walk(corpus.resolve(folder))) {
        for (Path path : all.toList()) {
          Path copy = into.resolve(corpus.relativize(path).toString());
          if (Files.isDirectory(path)) {
            Files.createDirectories(copy);
          } else {
            Files.copy(path, copy);
          }
        }
      }
    }
    Path copied = into.resolve(file.name());
    for (JsonNode step : file.expected().path("setup")) {
      make(step, copied);
    }
    return copied;
  }

  private static void make(JsonNode step, Path beside) throws IOException, InterruptedException {
    String kind = step.fieldNames().next();
    Path path = beside.resolveSibling(step.path(kind).asText());
    switch (kind) {
      case "symlink" -> Files.createSymbolicLink(path, Path.of(step.path("to").asText()));
      case "hardlink" -> Files.createLink(path, beside.resolveSibling(step.path("to").asText()));
      case "mkdir" -> Files.createDirectory(path);
      case "fifo" -> pipe(path);
      default -> throw new IllegalArgumentException("the corpus asks for an unknown " + kind);
    }
  }

  private static void pipe(Path path) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
    if (exit != 0) {
      throw new IOException("mkfifo " + path + " ended with " + exit);
    }
  }
}
