package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.NamedGlobal;
import org.statedict.checkpoint.ScanReport.Verdict;

/// A scan's report for people and as JSON.
record ScanText(PrintStream out, Colors colors) {
  /// The verdict, then what led to it; harmless names are left to the JSON.
  void print(String file, ScanReport report) {
    out.println(
        colors.bold(Escapes.visible(file))
            + ": "
            + report.format()
            + ", "
            + name(report.verdict()));
    for (NamedGlobal global : report.globals()) {
      if (global.verdict() != Verdict.SAFE) {
        line(global.verdict(), "names " + global.name(), global.where());
      }
    }
    report.findings().forEach(f -> line(f.verdict(), f.what(), f.where()));
  }

  private void line(Verdict verdict, String what, Where where) {
    String place = where.entry() == null ? "" : where.entry();
    if (where.byteOffset() >= 0) {
      place += (place.isEmpty() ? "byte " : " byte ") + where.byteOffset();
    }
    String at = place.isEmpty() ? "" : colors.faint("  (" + place + ")");
    out.println("  " + name(verdict) + ": " + Escapes.visible(what) + at);
  }

  static String name(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  static void write(JsonGenerator json, String file, ScanReport report) throws IOException {
    json.writeStringField("file", file);
    json.writeStringField("format", report.format());
    json.writeStringField("verdict", name(report.verdict()));
    json.writeArrayFieldStart("globals");
    for (NamedGlobal global : report.globals()) {
      item(json, "name", global.name(), global.verdict(), global.where());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("findings");
    for (Finding finding : report.findings()) {
      item(json, "what", finding.what(), finding.verdict(), finding.where());
    }
    json.writeEndArray();
  }

  private static void item(
      JsonGenerator json, String member, String text, Verdict verdict, Where where)
      throws IOException {
    json.writeStartObject();
    json.writeStringField(member, text);
    json.writeStringField("verdict", name(verdict));
    if (where.entry() != null) {
      json.writeStringField("entry", where.entry());
    }
    if (where.byteOffset() >= 0) {
      json.writeNumberField("byteOffset", where.byteOffset());
    }
    json.writeEndObject();
  }
}
