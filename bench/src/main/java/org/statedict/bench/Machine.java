package org.statedict.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the measurements ran on, in words.
final class Machine {
  private Machine() {}

  static String describe() throws IOException {
    return "%s, %d cores, %s of memory, %s %s, JDK %s"
        .formatted(
            value("/proc/cpuinfo", "model name"),
            Runtime.getRuntime().availableProcessors(),
            gib(value("/proc/meminfo", "MemTotal")),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.runtime.version"));
  }

  /// The value of the first line of a file that begins with `key`.
  static String value(String file, String key) throws IOException {
    Path path = Path.of(file);
    List<String> lines = Files.isReadable(path) ? Files.readAllLines(path) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static String gib(String kib) {
    String digits = kib.replaceAll("\\D", "");
    return digits.isEmpty() ? kib : "%.0f GiB".formatted(Long.parseLong(digits) / 1048576.0);
  }
}
