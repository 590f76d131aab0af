package org.statedict.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTest {
  @TempDir Path folder;

  @Test
  void readsByPosition() throws IOException {
    try (Source source = Source.open(file("x", "0123456789"))) {
      assertEquals(10, source.size());
      assertArrayEquals("345".getBytes(StandardCharsets.UTF_8), source.bytes(3, 3));
      assertArrayEquals("89".getBytes(StandardCharsets.UTF_8), source.bytes(8, 100));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> source.read(8, MemorySegment.ofArray(new byte[3])));
    }
  }

  @Test
  void readsIntoArraysOfAnyType() throws IOException {
    byte[] content = new byte[3 << 20];
    content[content.length - 4] = 42;
    try (Source source = Source.open(Files.write(folder.resolve("x"), content))) {
      int[] read = new int[content.length / 4];
      source.read(0, MemorySegment.ofArray(read));
      assertEquals(42, read[read.length - 1]);
    }
  }

  @Test
  void saysWhatWasClosed() throws IOException {
    Source source = Source.open(file("x", "0123456789"));
    source.close();
    var error = assertThrows(IllegalStateException.class, () -> source.bytes(0, 1));
    assertTrue(String.valueOf(error.getMessage()).contains(source.name() + " was closed"));
  }

  @Test
  void mapsUntilClosed() throws IOException {
    Source source = Source.open(file("x", "0123456789"));
    MemorySegment mapping = source.map().orElseThrow();
    assertEquals('7', mapping.get(ValueLayout.JAVA_BYTE, 7));
    source.close();
    assertThrows(IllegalStateException.class, () -> mapping.get(ValueLayout.JAVA_BYTE, 7));
  }

  @Test
  void mapsAnEmptyFile() throws IOException {
    try (Source source = Source.open(file("x", ""))) {
      assertEquals(0, source.map().orElseThrow().byteSize());
    }
  }

  @Test
  void refusesWhatIsNoFile() {
    assertThrows(CheckpointException.class, () -> Source.open(folder));
    assertThrows(NoSuchFileException.class, () -> Source.open(folder.resolve("absent")));
  }

  @Test
  @Timeout(10)
  void refusesAPipeInsteadOfWaitingForIt() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    org.junit.jupiter.api.Assumptions.assumeTrue(made.waitFor() == 0, "mkfifo is missing");
    var error = assertThrows(CheckpointException.class, () -> Source.open(pipe));
    assertTrue(error.getMessage().contains("a pipe or device"), error.getMessage());
  }

  @Test
  void noticesThatTheFileChanged() throws IOException {
    Path path = file("x", "0123456789");
    try (Source source = Source.open(path)) {
      source.requireUnchanged();
      FileTime later =
          FileTime.from(Files.getLastModifiedTime(path).toInstant().plus(Duration.ofSeconds(5)));
      Files.setLastModifiedTime(path, later);
      assertThrows(CheckpointException.class, source::requireUnchanged);
    }
  }

  @Test
  void noticesThatTheFileWasCutWhileReading() throws IOException {
    Path path = file("x", "0123456789");
    try (Source source = Source.open(path)) {
      Files.writeString(path, "01");
      var error = assertThrows(CheckpointException.class, () -> source.bytes(0, 10));
      assertTrue(error.getMessage().contains("changed while it was read"), error.getMessage());
    }
  }

  @Test
  void replacedFileIsStillWhatWasOpened() throws IOException {
    Path path = file("x", "old");
    try (Source source = Source.open(path)) {
      Files.delete(path);
      Files.writeString(path, "new");
      source.requireUnchanged();
      assertArrayEquals("old".getBytes(StandardCharsets.UTF_8), source.bytes(0, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a/b",
        "../x",
        "/etc/hostname",
        "..\\x",
        "C:x",
        "x\0",
        "x\n",
        "https://example.invalid/x"
      })
  void refusesSiblingNamesThatMayLeadElsewhere(String name) throws IOException {
    try (Source source = Source.open(file("index", "{}"))) {
      assertThrows(CheckpointException.class, () -> source.sibling(name));
    }
  }

  @Test
  void opensSiblingsAndLinksWithinTheFolder() throws IOException {
    Path index = file("index", "{}");
    file("shard", "data");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("shard"));
    try (Source source = Source.open(index);
        Source shard = source.sibling("shard");
        Source link = source.sibling("link")) {
      assertEquals(4, shard.size());
      assertEquals(4, link.size());
    }
  }

  @Test
  void refusesLinksThatLeaveTheFolder() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Path index = Files.writeString(model.resolve("index"), "{}");
    Files.createSymbolicLink(model.resolve("link"), file("outside", "secret"));
    try (Source source = Source.open(index)) {
      assertThrows(CheckpointException.class, () -> source.sibling("link"));
    }
  }

  @Test
  void followsTheLinksOfAHubsCache() throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/abc"));
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Files.writeString(blobs.resolve("123"), "data");
    Path index = Files.writeString(snapshot.resolve("index"), "{}");
    Files.createSymbolicLink(snapshot.resolve("shard"), Path.of("../../blobs/123"));
    try (Source source = Source.open(index);
        Source shard = source.sibling("shard")) {
      assertEquals(4, shard.size());
    }
  }

  @Test
  void bytesInMemoryHaveNoSiblings() throws IOException {
    try (Source source = Source.of("stdin", new byte[] {1, 2, 3})) {
      assertArrayEquals(new byte[] {2, 3}, source.bytes(1, 9));
      assertThrows(CheckpointException.class, () -> source.sibling("x"));
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
