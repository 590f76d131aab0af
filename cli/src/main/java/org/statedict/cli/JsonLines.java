package org.statedict.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/// Prints one JSON object a line. Everything beyond ASCII is escaped, unpaired surrogates included.
final class JsonLines {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private JsonLines() {}

  /// Writes the members of an object.
  @FunctionalInterface
  interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  static void print(Console console, Members members) throws IOException {
    Writer out = new OutputStreamWriter(console.out(), StandardCharsets.UTF_8);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    }
    out.write('\n');
    out.flush();
  }
}
