package org.statedict.io.hdf5;

import java.util.ArrayList;
import java.util.List;

/// The index of chunks that are to be written: a b-tree of version 1, its nodes one behind the
/// other from the leaves up, the chunks behind them.
final class ChunkTree {
  private static final int ENTRIES = 64;
  private static final int HEAD = 24;
  private static final int CHUNKS = 1;

  private final ChunkGrid grid;
  private final int[] sizes;
  private final List<Integer> levels = new ArrayList<>();
  private long start;

  /// @param sizes the bytes of each chunk as it is stored
  ChunkTree(ChunkGrid grid, int[] sizes) {
    this.grid = grid;
    this.sizes = sizes.clone();
    int nodes = sizes.length;
    do {
      nodes = Math.ceilDiv(nodes, ENTRIES);
      levels.add(nodes);
    } while (nodes > 1);
  }

  /// Where its first node is.
  long start() {
    return start;
  }

  /// Where its root is, the last node.
  long root() {
    return first(levels.size() - 1);
  }

  /// Where the first chunk is.
  long end() {
    return first(levels.size());
  }

  /// The address of the first node of a level.
  private long first(int level) {
    return start + levels.stream().limit(level).mapToLong(n -> n).sum() * nodeBytes();
  }

  private int keyBytes() {
    return Long.BYTES + Long.BYTES * (grid.chunk().size() + 1);
  }

  private int nodeBytes() {
    return HEAD + ENTRIES * Long.BYTES + (ENTRIES + 1) * keyBytes();
  }

  /// Gives it its place, and so the chunks theirs.
  ///
  /// @return the end of the last chunk
  long moveTo(long place) {
    start = place;
    long at = end();
    for (int size : sizes) {
      at += size;
    }
    return at;
  }

  byte[] toBytes() {
    FieldsWriter out = new FieldsWriter();
    long[] children = new long[sizes.length];
    long at = end();
    for (int i = 0; i < sizes.length; i++) {
      children[i] = at;
      at += sizes[i];
    }
    int chunksPerChild = 1;
    for (int level = 0; level < levels.size(); level++) {
      long[] siblings = addresses(level);
      for (int node = 0; node < siblings.length; node++) {
        out.signature("TREE").u1(CHUNKS).u1(level).u2(entries(children.length, node));
        siblings(out, siblings, node);
        entries(out, children, node * ENTRIES, chunksPerChild);
      }
      children = siblings;
      chunksPerChild *= ENTRIES;
    }
    return out.toBytes();
  }

  private long[] addresses(int level) {
    long[] nodes = new long[levels.get(level)];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = first(level) + (long) i * nodeBytes();
    }
    return nodes;
  }

  private static int entries(int children, int node) {
    return Math.min(children - node * ENTRIES, ENTRIES);
  }

  private static void siblings(FieldsWriter out, long[] nodes, int node) {
    out.u8(node == 0 ? Hdf5Bytes.UNDEFINED : nodes[node - 1]);
    out.u8(node == nodes.length - 1 ? Hdf5Bytes.UNDEFINED : nodes[node + 1]);
  }

  private void entries(FieldsWriter out, long[] children, int from, int chunksPerChild) {
    int to = from + entries(children.length, from / ENTRIES);
    for (int i = from; i < to; i++) {
      key(out, i * chunksPerChild);
      out.u8(children[i]);
    }
    key(out, to * chunksPerChild);
    out.zeros((long) (from + ENTRIES - to) * (Long.BYTES + keyBytes()));
  }

  /// The size and place of a chunk; behind the last one what is larger than any.
  private void key(FieldsWriter out, int chunk) {
    boolean behind = chunk >= sizes.length;
    out.u4(behind ? 0 : sizes[chunk]).u4(0);
    long[] place = grid.place(behind ? sizes.length - 1 : chunk);
    for (int i = 0; i < place.length; i++) {
      out.u8(place[i] + (behind ? grid.chunk().get(i) : 0));
    }
    out.u8(behind ? grid.width() : 0);
  }
}
