package org.statedict.checkpoint.sharded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.Value;

/// Checkpoints in shards: a JSON index `*.index.json` beside files of any installed format.
///
/// Shards are named by plain file names in the index's folder and end as the index's own name says:
/// `model.safetensors.index.json` names `.safetensors` files. Every tensor that the index promises
/// must be in its shard.
public final class ShardedFormat implements CheckpointFormat {
  private static final int LOOKED_AT = 4096;

  @Override
  public String name() {
    return "sharded";
  }

  @Override
  public List<String> endings() {
    return List.of(".index.json");
  }

  @Override
  public boolean canWrite() {
    return false;
  }

  /// A JSON object that begins with what an index begins with.
  @Override
  public Recognition recognises(Source source) throws IOException {
    String start =
        new String(source.bytes(0, LOOKED_AT), StandardCharsets.ISO_8859_1).stripLeading();
    if (!start.startsWith("{")) {
      return Recognition.NO;
    }
    boolean marked = start.contains("\"weight_map\"");
    return marked ? Recognition.YES : Recognition.MAYBE;
  }

  @Override
  public Checkpoint open(Source source, LoadOptions options) throws IOException {
    return new Shards(source, index(source, options.limits()), options).open();
  }

  /// Scans the index and every shard that it names, also if they do not belong together.
  @Override
  public ScanReport scan(Source source, Limits limits) throws IOException {
    ScanReport report = CheckpointFormat.super.scan(source, limits);
    for (String shard : shards(source, limits)) {
      try (Source file = source.sibling(shard)) {
        if (recognises(file) == Recognition.NO) { // an index is no shard, which opening has found
          report = report.with(Formats.installed().scan(file, limits));
        }
      } catch (CheckpointException e) {
        report = report.with(ScanReport.of(name(), e));
      } catch (NoSuchFileException e) {
        Where where = Where.in(source.name());
        report =
            report.with(ScanReport.of(name(), new CheckpointException(where, "no file " + shard)));
      }
    }
    return report;
  }

  /// The files that the index names; none if it cannot be read, which is a finding already.
  private static Set<String> shards(Source source, Limits limits) throws IOException {
    try {
      return new LinkedHashSet<>(index(source, limits).weightMap().values());
    } catch (CheckpointException e) {
      return Set.of();
    }
  }

  private static ShardIndex index(Source source, Limits limits) throws IOException {
    Where where = Where.in(source.name());
    limits.check(Limit.INDEX_BYTES, source.size(), where);
    byte[] json = source.bytes(0, Math.toIntExact(source.size()));
    return ShardIndex.parse(json, where, limits);
  }

  @Override
  public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    throw new UnsupportedValueException(
        target, "shards cannot be written yet; write one file instead");
  }
}
