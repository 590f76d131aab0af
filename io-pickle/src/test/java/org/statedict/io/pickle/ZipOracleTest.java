package org.statedict.io.pickle;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.ZipContent;
import org.statedict.checkpoint.spi.ZipDirectory;
import org.statedict.checkpoint.spi.ZipEntryInfo;
import org.statedict.testkit.GoldenFiles;

/// Our reader of zip structures beside that of commons-compress.
class ZipOracleTest {
  /// One entry as either reader sees it.
  private record Seen(String name, boolean deflated, long size, long crc, long dataOffset) {}

  static Stream<Path> archives() throws IOException {
    return GoldenFiles.of("pytorch")
        .cases()
        .filter(file -> file.expected().path("statedict").asText().equals("load"))
        .map(GoldenFiles.Case::path)
        .filter(Files::isRegularFile)
        .filter(ZipOracleTest::isZip);
  }

  private static boolean isZip(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).startsWith("PK");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void seesTheSameEntriesInFilesOfPyTorch(Path file) throws IOException {
    assertSame(Files.readAllBytes(file));
  }

  @ParameterizedTest
  @EnumSource(Zip64Mode.class)
  void seesTheSameEntriesInArchivesOfTheOracle(Zip64Mode mode) throws IOException {
    for (int method : List.of(ZipArchiveEntry.STORED, ZipArchiveEntry.DEFLATED)) {
      assertSame(archive(mode, method, "checkpoint/data/0", "ключ", "日本/π"));
    }
  }

  @Test
  void seesAnEmptyArchive() throws IOException {
    assertSame(archive(Zip64Mode.Never, ZipArchiveEntry.STORED));
  }

  private static byte[] archive(Zip64Mode mode, int method, String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      zip.setUseZip64(mode);
      for (String name : names) {
        add(zip, name, method);
      }
    }
    return bytes.toByteArray();
  }

  private static void add(ZipArchiveOutputStream zip, String name, int method) throws IOException {
    byte[] content = new byte[10_000];
    new Random(name.hashCode()).ints(content.length / 2, 0, 8).forEach(i -> content[i]++);
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setMethod(method);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putArchiveEntry(entry);
    zip.write(content);
    zip.closeArchiveEntry();
  }

  private static void assertSame(byte[] archive) throws IOException {
    Source source = Source.of("archive.zip", archive);
    ZipDirectory ours = ZipDirectory.read(source, Limits.DEFAULT);
    ZipContent content = new ZipContent(source, LoadOptions.DEFAULT);
    try (ZipFile theirs =
        ZipFile.builder().setSeekableByteChannel(new SeekableInMemoryByteChannel(archive)).get()) {
      List<Seen> seen = new ArrayList<>();
      for (ZipArchiveEntry entry : Collections.list(theirs.getEntries())) {
        seen.add(
            new Seen(
                entry.getName(),
                entry.getMethod() == ZipArchiveEntry.DEFLATED,
                entry.getSize(),
                entry.getCrc(),
                entry.getDataOffset()));
        ZipEntryInfo same = requireNonNull(ours.entries().get(entry.getName()));
        assertArrayEquals(
            theirs.getInputStream(entry).readAllBytes(), content.bytes(same, Limit.PICKLE_BYTES));
      }
      assertEquals(seen, ours.entries().values().stream().map(ZipOracleTest::seen).toList());
    }
  }

  private static Seen seen(ZipEntryInfo entry) {
    return new Seen(
        entry.name(),
        entry.deflated(),
        entry.size(),
        Integer.toUnsignedLong(entry.crc()),
        entry.dataOffset());
  }
}
