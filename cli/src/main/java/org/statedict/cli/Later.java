package org.statedict.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/// Options that the contract promises and a later step brings.
final class Later {
  private static final String GZIP = "--gzip";

  @Option(
      names = {
        "--keras-to-torch",
        "--follow-target",
        "--no-follow",
        "--verify-written",
        "--no-crc"
      },
      hidden = true)
  List<Boolean> flags = new ArrayList<>();

  @Option(names = GZIP, hidden = true)
  List<String> gzip = new ArrayList<>();

  @Option(
      names = {"--max-shard-size"},
      hidden = true)
  List<String> values = new ArrayList<>();

  /// The arguments with the level of `--gzip` spelled out, which may stand without one.
  static String[] spelledOut(String... args) {
    return Arrays.stream(args)
        .map(arg -> arg.equals(GZIP) ? GZIP + "=6" : arg)
        .toArray(String[]::new);
  }

  /// @throws UsageException if one of them was given
  void requireNone() {
    if (!flags.isEmpty() || !gzip.isEmpty() || !values.isEmpty()) {
      throw new UsageException(
          "--keras-to-torch and --gzip come with a later step (HDF5),"
              + " --max-shard-size with large files, --follow-target,"
              + " --no-follow, --verify-written and --no-crc with safety; none of them is there yet");
    }
  }
}
