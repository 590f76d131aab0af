package org.statedict.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Formats;

/// A format that is only read runs the reading half on the files that its test supplies.
class ReadOnlyFormatTest extends CheckpointFormatContract {
  @TempDir static Path supplied = Path.of("");

  private static final class ReadOnly extends PlainFormat {
    @Override
    public boolean canWrite() {
      return false;
    }
  }

  @Override
  protected CheckpointFormat format() {
    return new ReadOnly();
  }

  @Override
  protected Set<Ability> abilities() {
    return EnumSet.noneOf(Ability.class);
  }

  @Override
  protected Map<String, Path> samples() throws IOException {
    Path file = supplied.resolve("net.plain");
    Formats.of(List.of(new PlainFormat())).save(SampleValues.stateDict(), file, QUICK);
    return Map.of("net", file);
  }
}
