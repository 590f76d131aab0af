package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.statedict.testkit.DamagedFiles;
import org.statedict.testkit.Effort;
import org.statedict.testkit.GoldenFiles;

/// Damages files of every generation, a seed for each try: either a value or a CheckpointException,
/// nothing else and not after long.
class PtMutationTest {
  private static final PtFormat FORMAT = new PtFormat();
  private static final int LARGEST = 64 << 10;

  @Test
  void endsWithAValueOrARefusal() throws IOException {
    List<Path> samples = samples();
    int tries = Effort.of(2_000, 50_000);
    int refused = 0;
    for (int seed = 0; seed < tries; seed++) {
      refused += isRefused(samples.get(seed % samples.size()), seed) ? 1 : 0;
    }
    int read = tries - refused;
    System.out.printf("%d mutated files: %d refused, %d read%n", tries, refused, read);
    assertTrue(refused > tries / 4 && read > 0, "mutations that never reach the reader");
  }

  private static List<Path> samples() throws IOException {
    List<Path> samples = new ArrayList<>();
    for (String corpus : List.of("pytorch", "torchscript")) {
      for (GoldenFiles.Case file : GoldenFiles.of(corpus).cases().toList()) {
        if (Files.isRegularFile(file.path()) && Files.size(file.path()) <= LARGEST) {
          samples.add(file.path());
        }
      }
    }
    return samples;
  }

  private static boolean isRefused(Path sample, int seed) throws IOException {
    Random random = new Random(seed);
    String name = sample.getFileName().toString();
    byte[] content = Files.readAllBytes(sample);
    byte[] damaged =
        content[0] == 'P' && random.nextInt(4) > 0
            ? withDamagedPickle(content, random)
            : damaged(content, random);
    return DamagedFiles.isRefused(FORMAT, name, damaged, seed);
  }

  private static byte[] damaged(byte[] content, Random random) {
    byte[] bytes = content.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      bytes = damagedOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] damagedOnce(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int length = Math.min(1 + random.nextInt(16), bytes.length - at);
    int other = random.nextInt(bytes.length - length + 1);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 ->
          bytes[at] = new byte[] {0, 1, 127, -128, -1, '.', '(', 'R', 'Q', 'b'}[random.nextInt(10)];
      case 3 -> System.arraycopy(bytes.clone(), other, bytes, at, length);
      case 4 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 5 -> {
        return joined(bytes, at, at + length);
      }
      default -> {
        return joined(bytes, at + length, at);
      }
    }
    return bytes;
  }

  /// What is before `end`, then what is from `begin` on: a piece left out or repeated.
  private static byte[] joined(byte[] bytes, int end, int begin) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, end);
    out.write(bytes, begin, bytes.length - begin);
    return out.toByteArray();
  }

  /// Damage that no checksum reveals: the archive is made anew around the pickle.
  private static byte[] withDamagedPickle(byte[] content, Random random) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(content));
        ZipOutputStream out = new ZipOutputStream(archive)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] data = in.readAllBytes();
        boolean isPickle = entry.getName().endsWith(".pkl");
        store(out, entry.getName(), isPickle ? damaged(data, random) : data);
      }
    } catch (IOException e) {
      return damaged(content, random); // the archive is one of the odd ones that Java cannot read
    }
    return archive.toByteArray();
  }

  private static void store(ZipOutputStream out, String name, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(data);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCrc(crc.getValue());
    out.putNextEntry(entry);
    out.write(data);
    out.closeEntry();
  }
}
