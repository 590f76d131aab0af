package org.statedict.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.statedict.checkpoint.TensorInfo;

/// The content of a checkpoint, whatever its format: a JSON object a line with the name, type,
/// shape and SHA-256 of each tensor, sorted by name.
final class Manifest {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final SequencedMap<String, String> lines = new TreeMap<>();

  void add(TensorInfo info, String sha256) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("name", info.name());
      json.writeStringField("dtype", info.dtype().label());
      json.writeArrayFieldStart("shape");
      for (long dim : info.shape().toArray()) {
        json.writeNumber(dim);
      }
      json.writeEndArray();
      json.writeStringField("sha256", sha256);
      json.writeEndObject();
    }
    lines.put(info.name(), line.toString());
  }

  /// Writes the manifest, if there is none yet.
  ///
  /// @return the differences from the one that is there: lines with `-` that only that one has, and
  ///   with `+` that only this one has
  List<String> writeOrCompare(Path file) throws IOException {
    List<String> wanted;
    try {
      wanted = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      byte[] text = (String.join("\n", lines.values()) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, text, StandardOpenOption.CREATE_NEW);
      return List.of();
    }
    return differences(wanted.stream().filter(line -> !line.isBlank()).toList());
  }

  private List<String> differences(List<String> wanted) {
    Set<String> mine = new LinkedHashSet<>(lines.values());
    Set<String> theirs = new LinkedHashSet<>(wanted);
    return Stream.concat(
            theirs.stream().filter(line -> !mine.contains(line)).map(line -> "- " + line),
            mine.stream().filter(line -> !theirs.contains(line)).map(line -> "+ " + line))
        .toList();
  }
}
