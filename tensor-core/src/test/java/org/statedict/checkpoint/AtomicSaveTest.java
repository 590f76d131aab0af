package org.statedict.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.SaveOptions.Existing;
import org.statedict.checkpoint.SaveOptions.Sync;
import org.statedict.checkpoint.SavePlan.PlannedFile;

class AtomicSaveTest {
  private static final SaveOptions QUICK = SaveOptions.DEFAULT.withSync(Sync.NONE);

  @TempDir Path folder;

  @Test
  void fileAppearsOnlyAtCommit() throws IOException {
    Path target = folder.resolve("x.bin");
    try (AtomicSave save = new AtomicSave(target, SaveOptions.DEFAULT)) {
      write(save, "x.bin", "hello");
      assertEquals(List.of(), visible(), "nothing has its name before the commit");
      save.commit();
    }
    assertEquals("hello", Files.readString(target));
    assertEquals(List.of("x.bin"), all());
  }

  @Test
  void replacesWholeAndKeepsTheOldFilesMode() throws IOException {
    Path target = Files.writeString(folder.resolve("x.bin"), "old content");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
    try (AtomicSave save = new AtomicSave(target, QUICK)) {
      write(save, "x.bin", "new");
      assertEquals("old content", Files.readString(target));
      save.commit();
    }
    assertEquals("new", Files.readString(target));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
  }

  @Test
  void temporaryFileIsItsOwnersAlone() throws IOException {
    Path target = folder.resolve("x.bin");
    try (AtomicSave save = new AtomicSave(target, QUICK);
        var _ = save.create(new PlannedFile("x.bin", 0))) {
      Path temporary = folder.resolve(all().getFirst());
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)));
    }
  }

  @Test
  void abandonedSaveLeavesNothing() throws IOException {
    Path target = Files.writeString(folder.resolve("x.bin"), "old");
    try (AtomicSave save = new AtomicSave(target, QUICK)) {
      write(save, "x.bin", "new");
    }
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("x.bin"), all());
  }

  @Test
  void severalFilesGetTheirNamesTogether() throws IOException {
    try (AtomicSave save = new AtomicSave(folder.resolve("index"), QUICK)) {
      write(save, "one", "1");
      write(save, "index", "i");
      assertEquals(List.of(), visible());
      save.commit();
    }
    assertEquals(List.of("index", "one"), all());
  }

  @Test
  void failsOnAnExistingFileWhenTold() throws IOException {
    Path target = Files.writeString(folder.resolve("x.bin"), "old");
    try (AtomicSave save = new AtomicSave(target, QUICK.withExisting(Existing.FAIL))) {
      PlannedFile planned = new PlannedFile("x.bin", 1);
      assertThrows(FileAlreadyExistsException.class, () -> save.create(planned));
    }
    assertEquals("old", Files.readString(target));
  }

  @Test
  void failsWhenTheFileAppearsMeanwhile() throws IOException {
    Path target = folder.resolve("x.bin");
    try (AtomicSave save = new AtomicSave(target, QUICK.withExisting(Existing.FAIL))) {
      write(save, "x.bin", "new");
      Files.writeString(target, "theirs");
      assertThrows(FileAlreadyExistsException.class, save::commit);
    }
    assertEquals("theirs", Files.readString(target));
    assertEquals(List.of("x.bin"), all());
  }

  @Test
  void refusesLinksFoldersAndMissingFolders() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "r");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    Path sub = Files.createDirectory(folder.resolve("sub"));
    for (Path target : List.of(link, sub)) {
      try (AtomicSave save = new AtomicSave(target, QUICK)) {
        PlannedFile planned = new PlannedFile(target.getFileName().toString(), 1);
        assertThrows(FileSystemException.class, () -> save.create(planned));
      }
    }
    try (AtomicSave save = new AtomicSave(folder.resolve("no/x"), QUICK)) {
      assertThrows(NoSuchFileException.class, () -> save.create(new PlannedFile("x", 1)));
    }
    assertEquals("r", Files.readString(real));
  }

  @Test
  void refusesMoreThanTheDiskHolds() throws IOException {
    try (AtomicSave save = new AtomicSave(folder.resolve("x"), QUICK)) {
      PlannedFile planned = new PlannedFile("x", Long.MAX_VALUE);
      var error = assertThrows(FileSystemException.class, () -> save.create(planned));
      assertTrue(String.valueOf(error.getMessage()).contains("are free"));
    }
  }

  @Test
  void wrongSizeIsABugOfTheWriter() throws IOException {
    try (AtomicSave save = new AtomicSave(folder.resolve("x"), QUICK)) {
      Target.Output output = save.create(new PlannedFile("x", 3));
      output.write(MemorySegment.ofArray(new byte[2]));
      assertThrows(IllegalStateException.class, output::close);
    }
    assertEquals(List.of(), all());
  }

  @Test
  void removesTemporaryFilesThatNobodyHolds() throws IOException {
    Files.writeString(folder.resolve(".x.bin.0123456789ab.tmp"), "left behind");
    Files.writeString(folder.resolve(".x.bin.notes.tmp"), "somebody else's");
    Path held = Files.writeString(folder.resolve(".x.bin.ffffffffffff.tmp"), "held");
    try (FileChannel channel = FileChannel.open(held, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      try (AtomicSave save = new AtomicSave(folder.resolve("x.bin"), QUICK)) {
        write(save, "x.bin", "new");
        save.commit();
      }
    }
    assertEquals(List.of(".x.bin.ffffffffffff.tmp", ".x.bin.notes.tmp", "x.bin"), all());
  }

  @Test
  void longestNameStillHasATemporaryName() throws IOException {
    String name = "é".repeat(127);
    try (AtomicSave save = new AtomicSave(folder.resolve(name), QUICK)) {
      write(save, name, "long");
      save.commit();
    }
    assertEquals(List.of(name), all());
  }

  @Test
  void writesPiecesLargerThanItsBuffer() throws IOException {
    byte[] content = new byte[3_000_001];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31);
    }
    try (AtomicSave save = new AtomicSave(folder.resolve("x"), QUICK)) {
      try (Target.Output output = save.create(new PlannedFile("x", content.length + 1L))) {
        output.write(MemorySegment.ofArray(new byte[] {7}));
        output.write(MemorySegment.ofArray(content));
        assertEquals(content.length + 1L, output.position());
      }
      save.commit();
    }
    byte[] written = Files.readAllBytes(folder.resolve("x"));
    assertEquals(7, written[0]);
    assertEquals(
        -1,
        MemorySegment.mismatch(
            MemorySegment.ofArray(written),
            1,
            written.length,
            MemorySegment.ofArray(content),
            0,
            content.length));
  }

  private static void write(AtomicSave save, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Target.Output output = save.create(new PlannedFile(name, bytes.length))) {
      output.write(MemorySegment.ofArray(bytes));
    }
  }

  private List<String> all() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> visible() throws IOException {
    return all().stream().filter(name -> !name.startsWith(".")).toList();
  }
}
