package org.statedict.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// What `inspect` tells of one checkpoint. Tensors are read when it is made, if that was asked for.
final class Listing {
  private final String file;
  private final Checkpoint checkpoint;
  private final Limits limits;
  private final List<Row> rows = new ArrayList<>();
  private final UnusedBytes unused = new UnusedBytes();

  /// A tensor and what was read of it.
  record Row(
      TensorInfo info,
      @Nullable String sha256,
      @Nullable Statistics statistics,
      Failures.@Nullable Report problem) {}

  Listing(String file, Checkpoint checkpoint, Limits limits, boolean digest, boolean stats) {
    this.file = file;
    this.checkpoint = checkpoint;
    this.limits = limits;
    checkpoint.tensors().values().forEach(info -> rows.add(row(info, digest, stats)));
  }

  private Row row(TensorInfo info, boolean digest, boolean stats) {
    if (info.problem().isPresent()) {
      return new Row(info, null, null, Failures.report(info.problem().get()));
    }
    try {
      Tensor tensor = checkpoint.tensor(info.name());
      unused.add(tensor);
      if (digest || stats) {
        requireInProportion(info, tensor);
      }
      String sha256 = digest ? Digests.sha256(tensor) : null;
      boolean described = stats && Statistics.canDescribe(tensor);
      return new Row(info, sha256, described ? Statistics.of(tensor) : null, null);
    } catch (IOException | RuntimeException e) {
      return new Row(info, null, null, Failures.report(e));
    }
  }

  private void requireInProportion(TensorInfo info, Tensor tensor) throws CheckpointException {
    limits.checkExpansion(
        info.byteSize(),
        tensor.storage().byteSize(),
        Where.in(file).entry("tensor '" + Escapes.visible(info.name()) + "'"));
  }

  List<Failures.Report> problems() {
    List<Failures.Report> problems = new ArrayList<>();
    rows.forEach(row -> {
      if (row.problem != null) {
        problems.add(row.problem);
      }
    });
    return problems;
  }

  List<Row> rows() {
    return rows;
  }

  long byteSize() {
    return rows.stream().mapToLong(row -> row.info.byteSize()).sum();
  }

  private long elementCount() {
    return rows.stream().mapToLong(row -> row.info.shape().elementCount()).sum();
  }

  // --- JSON

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStringField("file", file);
    json.writeStringField("format", checkpoint.format());
    if (!checkpoint.formatDetail().isEmpty()) {
      json.writeStringField("formatDetail", checkpoint.formatDetail());
    }
    json.writeArrayFieldStart("tensors");
    for (Row row : rows) {
      json.writeStartObject();
      write(json, row);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("values");
    for (Map.Entry<String, Value> value : checkpoint.values().entrySet()) {
      json.writeFieldName(value.getKey());
      ValueJson.write(json, value.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> entry : checkpoint.metadata().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("tensorCount", rows.size());
    json.writeNumberField("elementCount", elementCount());
    json.writeNumberField("byteSize", byteSize());
    writeWarnings(json);
  }

  /// What the reader forgave, and bytes without use.
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(checkpoint.warnings());
    unused
        .count()
        .ifPresent(count ->
            warnings.add(
                count + " bytes of storages that no tensor uses; convert --compact drops them"));
    return warnings;
  }

  private void writeWarnings(JsonGenerator json) throws IOException {
    List<String> warnings = warnings();
    if (!warnings.isEmpty()) {
      json.writeArrayFieldStart("warnings");
      for (String warning : warnings) {
        json.writeString(warning);
      }
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, Row row) throws IOException {
    TensorJson.write(json, row.info);
    if (row.sha256 != null) {
      json.writeStringField("sha256", row.sha256);
    }
    if (row.statistics != null) {
      row.statistics.writeTo(json);
    }
    if (row.problem != null) {
      ErrorJson.write(json, row.problem);
    }
  }

  // --- text

  void print(PrintStream out, Colors colors) throws IOException {
    String detail =
        checkpoint.formatDetail().isEmpty() ? "" : " (" + checkpoint.formatDetail() + ")";
    out.println(colors.bold(Escapes.visible(file)) + ": " + checkpoint.format() + detail);
    int width = rows.stream().mapToInt(row -> shown(row).length()).max().orElse(0);
    Set<Integer> seen = new HashSet<>();
    for (Row row : rows) {
      String shared = seen.add(row.info.storage()) ? "" : "  shares storage " + row.info.storage();
      String line = "  %-" + Math.max(1, Math.min(width, 60)) + "s  %-14s %-18s %12d bytes%s%s%s";
      out.println(
          line.formatted(
              shown(row),
              row.info.dtype(),
              row.info.shape(),
              row.info.byteSize(),
              row.info.device().isCpu() ? "" : "  on " + Escapes.visible(row.info.device().label()),
              shared,
              row.sha256 == null ? "" : "  " + row.sha256));
      if (row.statistics != null) {
        out.println(colors.faint("      " + row.statistics.line()));
      }
    }
    Value tree = checkpoint.tree();
    if (ModuleTree.isModule(tree)) {
      ModuleText.of(tree, "  ").forEach(out::println);
    } else {
      checkpoint.values().forEach((name, value) -> out.println(valueLine(name, value)));
    }
    checkpoint
        .metadata()
        .forEach((key, value) ->
            out.println(
                "  metadata %s = %s".formatted(Escapes.visible(key), Escapes.visible(value))));
    warnings().forEach(w -> out.println(colors.faint("  note: " + Escapes.visible(w))));
    out.println(
        colors.faint(
            "  %d tensors, %d elements, %d bytes"
                .formatted(rows.size(), elementCount(), byteSize())));
  }

  private static String shown(Row row) {
    return Escapes.visible(row.info.name());
  }

  private static String valueLine(String name, Value value) {
    return "  %s = %s".formatted(Escapes.visible(name), Escapes.visible(value.toString()));
  }
}
