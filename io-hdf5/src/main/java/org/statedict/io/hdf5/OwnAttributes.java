package org.statedict.io.hdf5;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.checkpoint.spi.FlatTree;

/// The attributes of the root by which a file is known as one that was written here, and which hold
/// the text of the tree in parts, since the oldest kind of attribute has at most 64 KiB.
final class OwnAttributes {
  static final String FORMAT = "statedict.format";
  static final String FORMAT_NAME = "statedict-hdf5";
  static final String VERSION = "statedict.version";

  private static final String PART = FlatTree.KEY + ".";
  private static final int PART_BYTES = 32_000;

  private OwnAttributes() {}

  /// Whether keys are escaped in the names of a file's objects.
  static boolean areIn(Map<String, String> attributes) {
    return attributes.containsKey(FORMAT);
  }

  /// The text of a tree, which is ASCII, in parts.
  static SequencedMap<String, String> parts(String tree) {
    SequencedMap<String, String> parts = new LinkedHashMap<>();
    for (int at = 0; at < tree.length(); at += PART_BYTES) {
      parts.put(PART + parts.size(), tree.substring(at, Math.min(tree.length(), at + PART_BYTES)));
    }
    return parts;
  }

  /// Replaces the parts of a tree in a file's metadata by the whole, and leaves out what merely
  /// marks the file.
  static void join(SequencedMap<String, String> metadata) {
    metadata.remove(FORMAT);
    metadata.remove(VERSION);
    StringBuilder tree = new StringBuilder();
    int parts = 0;
    for (String part = metadata.remove(PART + parts);
        part != null;
        part = metadata.remove(PART + ++parts)) {
      tree.append(part);
    }
    if (parts > 0) {
      metadata.put(FlatTree.KEY, tree.toString());
    }
  }
}
