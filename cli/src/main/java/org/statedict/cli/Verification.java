package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;

/// What `verify` found in one file.
final class Verification {
  private final String file;
  private final List<Finding> findings = new ArrayList<>();
  private int tensorCount;
  private long byteSize;

  Verification(String file) {
    this.file = file;
  }

  private enum Level {
    ERROR,
    WARNING;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Finding(
      Level level, String what, @Nullable String name, @Nullable CheckpointException bad) {}

  /// Takes in a file that was opened, all of its tensors read.
  void listed(Listing listing) {
    tensorCount = listing.rows().size();
    byteSize = listing.byteSize();
    listing.warnings().forEach(w -> findings.add(new Finding(Level.WARNING, w, null, null)));
    listing.rows().forEach(this::tensor);
  }

  private void tensor(Listing.Row row) {
    String name = row.info().name();
    if (row.problem() != null) {
      unreadable(row.problem(), name);
    } else if (row.statistics() != null) {
      Statistics statistics = row.statistics();
      warn(statistics.nan() > 0, statistics.nan() + " NaN", name);
      warn(statistics.inf() > 0, statistics.inf() + " infinities", name);
      long count = row.info().shape().elementCount();
      warn(count > 1 && statistics.zeros() == count, "all " + count + " elements are 0", name);
    }
  }

  private void warn(boolean found, String what, String name) {
    if (found) {
      findings.add(new Finding(Level.WARNING, what, name, null));
    }
  }

  /// A file, or one of its tensors, that cannot be read.
  void unreadable(Failures.Report report, @Nullable String name) {
    if (report.cause() instanceof CheckpointException bad) {
      findings.add(new Finding(Level.ERROR, bad.problem(), name, bad));
    } else {
      findings.add(new Finding(Level.ERROR, report.message(), name, null));
    }
  }

  /// Holds the content against a manifest, which is written if it is not there.
  void compare(Listing listing, Path manifest) throws IOException {
    Manifest mine = new Manifest();
    for (Listing.Row row : listing.rows()) {
      if (row.sha256() != null) {
        mine.add(row.info(), row.sha256());
      }
    }
    for (String line : mine.writeOrCompare(manifest)) {
      findings.add(new Finding(Level.ERROR, "differs from the manifest: " + line, null, null));
    }
  }

  private boolean isOk() {
    return findings.stream().allMatch(f -> f.level == Level.WARNING);
  }

  int exitCode(boolean strict) {
    return isOk() && (!strict || findings.isEmpty()) ? ExitCode.FINE : ExitCode.FOUND;
  }

  void print(PrintStream out, Colors colors) {
    out.println(
        "%s: %s, %d tensors, %d bytes"
            .formatted(
                colors.bold(Escapes.visible(file)), isOk() ? "ok" : "bad", tensorCount, byteSize));
    for (Finding finding : findings) {
      String name = finding.name == null ? "" : "'" + Escapes.visible(finding.name) + "': ";
      String place = finding.bad == null ? "" : colors.faint("  (" + place(finding.bad) + ")");
      out.println(
          "  " + finding.level.label() + ": " + name + Escapes.visible(finding.what) + place);
    }
  }

  private static String place(CheckpointException bad) {
    String text = bad.where().toString();
    return Escapes.visible(text);
  }

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStringField("file", file);
    json.writeBooleanField("ok", isOk());
    json.writeNumberField("tensorCount", tensorCount);
    json.writeNumberField("byteSize", byteSize);
    json.writeArrayFieldStart("findings");
    for (Finding finding : findings) {
      json.writeStartObject();
      write(json, finding);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, Finding finding) throws IOException {
    json.writeStringField("level", finding.level.label());
    json.writeStringField("what", finding.what);
    if (finding.name != null) {
      json.writeStringField("name", finding.name);
    }
    if (finding.bad != null && finding.bad.entry().isPresent()) {
      json.writeStringField("entry", finding.bad.entry().get());
    }
    if (finding.bad != null && finding.bad.byteOffset().isPresent()) {
      json.writeNumberField("byteOffset", finding.bad.byteOffset().getAsLong());
    }
  }
}
