package org.statedict.checkpoint;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// How a value is saved; immutable.
///
/// @param existing what happens to a file that is there already
/// @param tree when a flat format gets the text that describes the tree
/// @param storages whether storages are kept as they are or made compact
/// @param sync whether the save waits until the bytes are on the disk
/// @param objects whether objects of unknown classes may be written where Python would import them
/// @param metadata text that is added to the file's metadata, in order
/// @param adapters options that one format understands, by names such as `pt.container`
/// @param limits what the save may produce
public record SaveOptions(
    Existing existing,
    Tree tree,
    Storages storages,
    Sync sync,
    Objects objects,
    SequencedMap<String, String> metadata,
    Map<String, String> adapters,
    Limits limits) {
  /// Replaces an existing file atomically, with a tree where one is needed, synchronised.
  public static final SaveOptions DEFAULT =
      new SaveOptions(
          Existing.REPLACE,
          Tree.AUTO,
          Storages.DEFAULT,
          Sync.FULL,
          Objects.REFUSE,
          Collections.unmodifiableSequencedMap(new LinkedHashMap<>()),
          Map.of(),
          Limits.DEFAULT);

  /// What happens to a file that is there already.
  public enum Existing {
    REPLACE,
    FAIL
  }

  /// When a flat format gets the text that describes the tree.
  public enum Tree {
    AUTO,
    ALWAYS,
    NEVER
  }

  /// Whether views keep their whole storage.
  public enum Storages {
    /// KEEP from .pt to .pt, COMPACT elsewhere.
    DEFAULT,
    COMPACT,
    KEEP
  }

  /// Whether the save waits until the bytes are on the disk.
  public enum Sync {
    FULL,
    NONE
  }

  /// Whether objects of classes we do not know may be written into a pickle.
  public enum Objects {
    REFUSE,
    /// Python will import their classes when it loads the file.
    KEEP
  }

  public SaveOptions withExisting(Existing other) {
    return new SaveOptions(other, tree, storages, sync, objects, metadata, adapters, limits);
  }

  public SaveOptions withTree(Tree other) {
    return new SaveOptions(existing, other, storages, sync, objects, metadata, adapters, limits);
  }

  public SaveOptions withStorages(Storages other) {
    return new SaveOptions(existing, tree, other, sync, objects, metadata, adapters, limits);
  }

  public SaveOptions withSync(Sync other) {
    return new SaveOptions(existing, tree, storages, other, objects, metadata, adapters, limits);
  }

  public SaveOptions withObjects(Objects other) {
    return new SaveOptions(existing, tree, storages, sync, other, metadata, adapters, limits);
  }

  /// Sets an option that only one format understands.
  ///
  /// @param name the format's name, a dot and the option's name: `pt.container`
  public SaveOptions withAdapterOption(String name, String value) {
    Map<String, String> more = new HashMap<>(adapters);
    more.put(name, value);
    return new SaveOptions(
        existing, tree, storages, sync, objects, metadata, Map.copyOf(more), limits);
  }

  /// Adds the metadata of the file that the value came from; entries that are set already stay.
  public SaveOptions withMetadataOf(Checkpoint source) {
    SaveOptions described = this;
    for (Map.Entry<String, String> entry : source.metadata().entrySet()) {
      if (!metadata.containsKey(entry.getKey())) {
        described = described.withMetadata(entry.getKey(), entry.getValue());
      }
    }
    return described;
  }

  /// Adds an entry to the file's metadata, or replaces it.
  public SaveOptions withMetadata(String key, String value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return new SaveOptions(
        existing,
        tree,
        storages,
        sync,
        objects,
        Collections.unmodifiableSequencedMap(more),
        adapters,
        limits);
  }

  public SaveOptions withLimits(Limits other) {
    return new SaveOptions(existing, tree, storages, sync, objects, metadata, adapters, other);
  }
}
