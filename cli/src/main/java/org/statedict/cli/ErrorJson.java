package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.statedict.checkpoint.CheckpointException;

/// Why something could not be read, as a member `error`.
final class ErrorJson {
  private ErrorJson() {}

  /// The members of the object that stands for a whole file.
  static void write(JsonGenerator json, String member, String file, Failures.Report report)
      throws IOException {
    json.writeStringField(member, file);
    write(json, report);
  }

  static void write(JsonGenerator json, Failures.Report report) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("message", report.message());
    if (report.cause() instanceof CheckpointException bad) {
      if (bad.entry().isPresent()) {
        json.writeStringField("entry", bad.entry().get());
      }
      if (bad.byteOffset().isPresent()) {
        json.writeNumberField("byteOffset", bad.byteOffset().getAsLong());
      }
    }
    json.writeEndObject();
  }
}
