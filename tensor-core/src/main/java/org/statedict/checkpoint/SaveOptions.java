package org.statedict.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// How a value is saved; immutable.
///
/// @param existing what happens to a file that is there already
/// @param tree when a flat format gets the text that describes the tree
/// @param storages whether storages are kept as they are or made compact
/// @param sync whether the save waits until the bytes are on the disk
/// @param metadata text that is added to the file's metadata, in order
/// @param limits what the save may produce
public record SaveOptions(
    Existing existing,
    Tree tree,
    Storages storages,
    Sync sync,
    SequencedMap<String, String> metadata,
    Limits limits) {
  /// Replaces an existing file atomically, with a tree where one is needed, synchronised.
  public static final SaveOptions DEFAULT =
      new SaveOptions(
          Existing.REPLACE,
          Tree.AUTO,
          Storages.DEFAULT,
          Sync.FULL,
          Collections.unmodifiableSequencedMap(new LinkedHashMap<>()),
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

  public SaveOptions withExisting(Existing other) {
    return new SaveOptions(other, tree, storages, sync, metadata, limits);
  }

  public SaveOptions withTree(Tree other) {
    return new SaveOptions(existing, other, storages, sync, metadata, limits);
  }

  public SaveOptions withStorages(Storages other) {
    return new SaveOptions(existing, tree, other, sync, metadata, limits);
  }

  public SaveOptions withSync(Sync other) {
    return new SaveOptions(existing, tree, storages, other, metadata, limits);
  }

  /// Adds an entry to the file's metadata, or replaces it.
  public SaveOptions withMetadata(String key, String value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return new SaveOptions(
        existing, tree, storages, sync, Collections.unmodifiableSequencedMap(more), limits);
  }

  public SaveOptions withLimits(Limits other) {
    return new SaveOptions(existing, tree, storages, sync, metadata, other);
  }
}
