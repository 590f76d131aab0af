package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.NamedGlobal;
import org.statedict.checkpoint.ScanReport.Verdict;

/// Reports of scans as one log in the Static Analysis Results Interchange Format, version 2.1.0.
final class Sarif {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

  private Sarif() {}

  static void print(Console console, Map<String, ScanReport> reports) throws IOException {
    JsonLines.print(
        console,
        json -> {
          json.writeStringField("$schema", SCHEMA);
          json.writeStringField("version", "2.1.0");
          json.writeArrayFieldStart("runs");
          json.writeStartObject();
          tool(json);
          json.writeArrayFieldStart("results");
          for (Map.Entry<String, ScanReport> report : reports.entrySet()) {
            results(json, report.getKey(), report.getValue());
          }
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndArray();
        });
  }

  private static void tool(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("tool");
    json.writeObjectFieldStart("driver");
    json.writeStringField("name", "statedict");
    json.writeArrayFieldStart("rules");
    for (String rule : new String[] {"global", "finding"}) {
      json.writeStartObject();
      json.writeStringField("id", rule);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void results(JsonGenerator json, String file, ScanReport report)
      throws IOException {
    for (NamedGlobal global : report.globals()) {
      if (global.verdict() != Verdict.SAFE) {
        String text = "names " + global.name();
        result(json, "global", text, global.verdict(), file, global.where());
      }
    }
    for (Finding finding : report.findings()) {
      result(json, "finding", finding.what(), finding.verdict(), file, finding.where());
    }
  }

  private static void result(
      JsonGenerator json, String rule, String text, Verdict verdict, String file, Where where)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("ruleId", rule);
    json.writeStringField("level", verdict == Verdict.DANGEROUS ? "error" : "warning");
    json.writeObjectFieldStart("message");
    json.writeStringField("text", Escapes.visible(text));
    json.writeEndObject();
    json.writeArrayFieldStart("locations");
    json.writeStartObject();
    location(json, file, where);
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void location(JsonGenerator json, String file, Where where) throws IOException {
    json.writeObjectFieldStart("physicalLocation");
    json.writeObjectFieldStart("artifactLocation");
    json.writeStringField("uri", file.replace('\\', '/'));
    json.writeEndObject();
    if (where.entry() == null && where.byteOffset() >= 0) {
      json.writeObjectFieldStart("region");
      json.writeNumberField("byteOffset", where.byteOffset());
      json.writeEndObject();
    }
    json.writeEndObject();
    if (where.entry() != null) {
      json.writeArrayFieldStart("logicalLocations");
      json.writeStartObject();
      json.writeStringField("name", where.entry());
      json.writeEndObject();
      json.writeEndArray();
    }
  }
}
