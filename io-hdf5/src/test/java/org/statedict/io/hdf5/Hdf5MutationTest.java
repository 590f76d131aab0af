package org.statedict.io.hdf5;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.statedict.testkit.DamagedFiles;
import org.statedict.testkit.Effort;
import org.statedict.testkit.GoldenFiles;

/// Damages files of every generation, a seed for each try: either a value or a CheckpointException,
/// nothing else and not after long.
class Hdf5MutationTest {
  private static final Hdf5Format FORMAT = new Hdf5Format();

  @Test
  void endsWithAValueOrARefusal() throws IOException {
    List<Path> samples =
        Hdf5GoldenTest.cases()
            .map(GoldenFiles.Case::path)
            .filter(path -> path.toString().endsWith(".h5"))
            .toList();
    int tries = Effort.of(4_000, 100_000);
    int refused = 0;
    for (int seed = 0; seed < tries; seed++) {
      refused += isRefused(samples.get(seed % samples.size()), seed) ? 1 : 0;
    }
    int read = tries - refused;
    System.out.printf("%d mutated files: %d refused, %d read%n", tries, refused, read);
    assertTrue(refused > tries / 8 && read > 0, "mutations that never reach the reader");
  }

  private static boolean isRefused(Path sample, int seed) throws IOException {
    Random random = new Random(seed);
    String name = sample.getFileName().toString();
    byte[] damaged = damaged(Files.readAllBytes(sample), random);
    return DamagedFiles.isRefused(FORMAT, name, damaged, seed);
  }

  /// Most bytes of a small file are zeros between structures, so the damage looks for others.
  private static byte[] damaged(byte[] content, Random random) {
    byte[] bytes = content.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      for (int look = 0; look < 64 && bytes[at] == 0; look++) {
        at = random.nextInt(bytes.length);
      }
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = new byte[] {0, 1, 127, -128, -1}[random.nextInt(5)];
        case 3 -> {
          int length = Math.min(1 + random.nextInt(16), bytes.length - at);
          int from = random.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes.clone(), from, bytes, at, length);
        }
        default -> bytes = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, at) : bytes;
      }
    }
    return bytes;
  }
}
