package org.statedict.checkpoint.sharded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
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
    Where where = Where.in(source.name());
    options.limits().check(Limit.INDEX_BYTES, source.size(), where);
    byte[] json = source.bytes(0, Math.toIntExact(source.size()));
    ShardIndex index = ShardIndex.parse(json, where, options.limits());
    return new Shards(source, index, options).open();
  }

  @Override
  public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    throw new UnsupportedValueException(
        target, "shards cannot be written yet; write one file instead");
  }
}
