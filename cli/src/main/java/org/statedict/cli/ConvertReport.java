package org.statedict.cli;

import java.io.IOException;
import org.statedict.checkpoint.SavePlan;

/// What `convert --json` tells of a conversion.
record ConvertReport(
    String source, String target, SavePlan plan, long tensorCount, long byteSize, double seconds) {
  void print(Console console) throws IOException {
    JsonLines.print(
        console,
        json -> {
          json.writeStringField("source", source);
          json.writeStringField("target", target);
          json.writeArrayFieldStart("files");
          for (SavePlan.PlannedFile file : plan.files()) {
            json.writeString(file.name());
          }
          json.writeEndArray();
          json.writeNumberField("tensorCount", tensorCount);
          json.writeNumberField("byteSize", byteSize);
          json.writeNumberField("seconds", Math.round(seconds * 1000) / 1000.0);
          json.writeArrayFieldStart("lost");
          for (SavePlan.Loss loss : plan.lost()) {
            json.writeStartObject();
            json.writeStringField("what", loss.what());
            json.writeBooleanField("soft", loss.soft());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
