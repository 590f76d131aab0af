package org.statedict.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;

/// Opens what a command line names: a file, a shard index, a folder with one, or `-` for standard
/// input.
final class Sources {
  private final Console console;
  private final Formats formats;

  Sources(Console console, Formats formats) {
    this.console = console;
    this.formats = formats;
  }

  /// @param from the name of a format, or the empty text to recognise it by content
  /// @throws UsageException if no installed format has that name
  Checkpoint open(String file, String from, LoadOptions options) throws IOException {
    if (!from.isEmpty()) {
      requireInstalled(from);
    }
    if (file.equals("-")) {
      return open(Source.spooled("-", console.in()), from, options);
    }
    return from.isEmpty()
        ? formats.open(Path.of(file), options)
        : open(Source.open(Path.of(file)), from, options);
  }

  private void requireInstalled(String from) {
    try {
      formats.named(from);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Checkpoint open(Source source, String from, LoadOptions options) throws IOException {
    return from.isEmpty() ? formats.open(source, options) : formats.open(source, from, options);
  }
}
