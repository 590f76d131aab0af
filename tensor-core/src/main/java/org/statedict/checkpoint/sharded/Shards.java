package org.statedict.checkpoint.sharded;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;

/// Opens the shards that an index names and holds them against it.
final class Shards {
  private static final String ENDING = ".index.json";

  private final Source index;
  private final ShardIndex content;
  private final LoadOptions options;
  private final SequencedMap<String, Checkpoint> shards = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  Shards(Source index, ShardIndex content, LoadOptions options) {
    this.index = index;
    this.content = content;
    this.options = options;
  }

  /// The checkpoint of all shards; those that were opened are closed if one fails.
  Checkpoint open() throws IOException {
    try {
      Dict.Builder tree = Dict.builder();
      for (Map.Entry<String, String> entry : content.weightMap().entrySet()) {
        tree.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
      }
      noteUnlisted();
      return new ShardedCheckpoint(index, shards, tree.build(), content.metadata(), warnings);
    } catch (IOException | RuntimeException e) {
      for (Checkpoint shard : shards.values()) {
        shard.close();
      }
      throw e;
    }
  }

  private Where where() {
    return Where.in(index.name());
  }

  private Tensor tensor(String name, String file) throws IOException {
    Checkpoint shard = shards.get(file);
    if (shard == null) {
      shard = openShard(file);
      shards.put(file, shard);
    }
    if (!shard.tensors().containsKey(name)) {
      throw new CheckpointException(
          where(),
          "promises tensor '%s' in %s, which does not hold it; fetch the shard again"
              .formatted(Escapes.visible(name), Escapes.visible(file)));
    }
    return shard.tensor(name);
  }

  private Checkpoint openShard(String file) throws IOException {
    requireEnding(file);
    try {
      return Formats.installed().open(index.sibling(file), options);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          where(),
          "names the shard %s, which is not there; fetch it too".formatted(Escapes.visible(file)),
          e);
    }
  }

  /// `model.safetensors.index.json`, or `model.safetensors.index.fp16.json`, names `.safetensors`.
  private void requireEnding(String file) throws CheckpointException {
    String name = index.name();
    int at = name.lastIndexOf(".index.");
    int dot = at < 0 ? -1 : name.lastIndexOf('.', at - 1);
    String ending = dot < 0 ? "" : name.substring(dot, at);
    if (!file.endsWith(ending) || file.endsWith(ENDING)) {
      throw new CheckpointException(
          where(),
          "names the shard '%s', which does not end in %s; refused"
              .formatted(Escapes.visible(file), ending));
    }
  }

  /// Tensors that a shard holds and the index does not list, or lists for another shard.
  private void noteUnlisted() throws CheckpointException {
    for (Map.Entry<String, Checkpoint> shard : shards.entrySet()) {
      for (String name : shard.getValue().tensors().keySet()) {
        if (!shard.getKey().equals(content.weightMap().get(name))) {
          note(
              "tensor '%s' in %s is not what the index lists"
                  .formatted(Escapes.visible(name), Escapes.visible(shard.getKey())));
        }
      }
    }
  }

  private void note(String problem) throws CheckpointException {
    if (options.isStrict()) {
      throw new CheckpointException(where(), problem);
    }
    warnings.add(problem);
  }
}
