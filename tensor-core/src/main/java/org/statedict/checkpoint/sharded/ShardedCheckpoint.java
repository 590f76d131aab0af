package org.statedict.checkpoint.sharded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SequencedMap;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// The checkpoint that several open shards make together, in the index's order.
final class ShardedCheckpoint implements Checkpoint {
  private final Source index;
  private final SequencedMap<String, Checkpoint> shards;
  private final Dict tree;
  private final Map<String, String> metadata;
  private final List<String> warnings;
  private final SequencedMap<String, TensorInfo> infos = new LinkedHashMap<>();

  ShardedCheckpoint(
      Source index,
      SequencedMap<String, Checkpoint> shards,
      Dict tree,
      Map<String, String> metadata,
      List<String> warnings) {
    this.index = index;
    this.shards = shards;
    this.tree = tree;
    this.metadata = metadata;
    this.warnings = new ArrayList<>(warnings);
    shards.values().forEach(shard -> this.warnings.addAll(shard.warnings()));
    tree.entries().keySet().forEach(name -> addInfo(name.toString()));
  }

  /// The shard's own facts, storages numbered through all shards.
  private void addInfo(String name) {
    int offset = 0;
    for (Checkpoint shard : shards.values()) {
      TensorInfo info = shard.tensors().get(name);
      if (info != null && tensor(name).equals(shard.tensor(name))) {
        infos.put(name, info.withStorage(offset + info.storage()));
        return;
      }
      offset += shard.tensors().size();
    }
  }

  @Override
  public String format() {
    return shards.isEmpty() ? "sharded" : shards.firstEntry().getValue().format();
  }

  @Override
  public String formatDetail() {
    return "sharded";
  }

  @Override
  public SequencedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSequencedMap(infos);
  }

  @Override
  public SequencedMap<String, Value> values() {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public Tensor tensor(String name) {
    Value tensor = tree.entries().get(new Scalar.Text(name));
    if (tensor == null) {
      throw new NoSuchElementException("no tensor '" + name + "' in " + index.name());
    }
    return tensor.asTensor();
  }

  @Override
  public Value tree() {
    shards.values().forEach(Checkpoint::tree); // throws if they were closed
    return tree;
  }

  @Override
  public Value read() throws IOException {
    SequencedMap<String, Value> owned = new LinkedHashMap<>();
    for (Checkpoint shard : shards.values()) {
      Dict content = shard.read().asDict();
      content.entries().forEach((key, value) -> addOwned(owned, shard, key, value));
    }
    Dict.Builder all = Dict.builder();
    for (Value name : tree.entries().keySet()) {
      all.put(name, Objects.requireNonNull(owned.get(name.toString())));
    }
    index.requireUnchanged();
    return all.build();
  }

  /// Of two shards that hold one name, the one that the index names counts.
  private void addOwned(
      SequencedMap<String, Value> owned, Checkpoint shard, Value key, Value value) {
    String name = key.toString();
    if (infos.containsKey(name) && tensor(name).equals(shard.tensor(name))) {
      owned.put(name, value);
    }
  }

  @Override
  public void requireUnchanged() throws IOException {
    index.requireUnchanged();
    for (Checkpoint shard : shards.values()) {
      shard.requireUnchanged();
    }
  }

  @Override
  public void close() throws IOException {
    for (Checkpoint shard : shards.values()) {
      shard.close();
    }
    index.close();
  }
}
