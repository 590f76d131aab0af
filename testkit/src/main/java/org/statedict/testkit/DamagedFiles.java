package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;

/// Reads files that a test has damaged by a seed: each ends with a value or a [CheckpointException]
/// that names the file, nothing else and not after long.
public final class DamagedFiles {
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private DamagedFiles() {}

  /// Opens and reads a damaged file, and says whether it was refused.
  ///
  /// @param seed for the message of a failure
  public static boolean isRefused(CheckpointFormat format, String name, byte[] damaged, int seed)
      throws IOException {
    long begun = System.nanoTime();
    try (Checkpoint open = format.open(Source.of(name, damaged), LoadOptions.DEFAULT)) {
      open.read();
      return false;
    } catch (CheckpointException e) {
      assertTrue(e.getMessage().contains(name), e.getMessage());
      return true;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail("%s, seed %d".formatted(name, seed), e);
    } finally {
      long took = System.nanoTime() - begun;
      assertTrue(took < PATIENCE_NANOS, name + ", seed " + seed + " takes " + took + " ns");
    }
  }
}
