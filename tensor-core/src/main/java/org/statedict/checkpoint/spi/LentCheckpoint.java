package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// The checkpoint of every format here: a tree that a reader built, whose storages are lent by a
/// [StorageTable] until it is closed.
public final class LentCheckpoint implements Checkpoint {
  private final Content content;
  private final List<Source> sources;
  private final SequencedMap<String, TensorInfo> infos = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final SequencedMap<String, Value> values = new LinkedHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /// What a reader found.
  ///
  /// @param format the name of the format
  /// @param formatDetail which variety of it, or the empty text
  /// @param tree the value, its tensors over storages of `storages`
  /// @param leaves the listing, usually [LeafNames#of]
  /// @param metadata the file's own text metadata, without the tree
  /// @param warnings what was noticed and forgiven
  public record Content(
      String format,
      String formatDetail,
      Value tree,
      List<Leaf> leaves,
      StorageTable storages,
      Map<String, String> metadata,
      List<String> warnings) {}

  /// @param sources the open files, which this checkpoint closes
  public LentCheckpoint(Content content, List<Source> sources) {
    this.content = content;
    this.sources = List.copyOf(sources);
    IdentityHashMap<Storage, Integer> numbers = new IdentityHashMap<>();
    for (Leaf leaf : content.leaves) {
      if (leaf.value() instanceof Tensor tensor) {
        tensors.put(leaf.name(), tensor);
        infos.put(leaf.name(), info(leaf.name(), tensor, numbers));
      } else {
        values.put(leaf.name(), leaf.value());
      }
    }
  }

  private TensorInfo info(String name, Tensor tensor, IdentityHashMap<Storage, Integer> numbers) {
    int next = numbers.size();
    Integer known = numbers.putIfAbsent(tensor.storage(), next);
    return new TensorInfo(
        name,
        tensor.dtype(),
        tensor.shape(),
        tensor.strides(),
        known == null ? next : known,
        tensor.storageOffset(),
        tensor.traits().requiresGrad(),
        tensor.device(),
        content.storages.extent(tensor),
        content.storages.problem(tensor));
  }

  @Override
  public String format() {
    return content.format;
  }

  @Override
  public String formatDetail() {
    return content.formatDetail;
  }

  @Override
  public SequencedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSequencedMap(infos);
  }

  @Override
  public SequencedMap<String, Value> values() {
    return Collections.unmodifiableSequencedMap(values);
  }

  @Override
  public Map<String, String> metadata() {
    return content.metadata;
  }

  @Override
  public List<String> warnings() {
    return content.warnings;
  }

  @Override
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException("no tensor '" + name + "' in " + sources.getFirst().name());
    }
    return tensor;
  }

  @Override
  public Value tree() {
    requireOpen();
    return content.tree;
  }

  @Override
  public Value read() throws IOException {
    requireOpen();
    Value owned = new OwnedCopy(content.storages).of(content.tree);
    requireUnchanged();
    return owned;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException(sources.getFirst().name() + " was closed");
    }
  }

  @Override
  public void requireUnchanged() throws IOException {
    for (Source source : sources) {
      source.requireUnchanged();
    }
  }

  /// Ends everything this checkpoint lent; closing twice does nothing.
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    for (Source source : sources) {
      source.close();
    }
  }
}
