package org.statedict.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Options that the contract promises and a later step brings.
final class Later {
  @Option(
      names = {"--follow-target", "--no-follow", "--verify-written", "--no-crc"},
      hidden = true)
  List<Boolean> flags = new ArrayList<>();

  @Option(
      names = {"--max-shard-size"},
      hidden = true)
  List<String> values = new ArrayList<>();

  /// @throws UsageException if one of them was given
  void requireNone() {
    if (!flags.isEmpty() || !values.isEmpty()) {
      throw new UsageException(
          "--max-shard-size comes with a later step, with large files, --follow-target,"
              + " --no-follow, --verify-written and --no-crc with safety; none of them is there yet");
    }
  }
}
