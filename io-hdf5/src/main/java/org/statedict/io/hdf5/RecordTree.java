package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Limit;

/// A b-tree of version 2: records of one width.
final class RecordTree {
  private static final String WHAT = "b-tree";
  private static final int HEADER = 38;
  private static final int NODE_OVERHEAD = 10;

  private final Hdf5Bytes file;
  private final long address;
  private final int type;

  /// @param type the kind of records that is expected
  RecordTree(Hdf5Bytes file, long address, int type) {
    this.file = file;
    this.address = address;
    this.type = type;
  }

  private record Node(long address, long records, int depth) {}

  /// All records, in no particular order.
  List<Fields> records() throws IOException {
    Fields in = file.fields(address, HEADER, WHAT);
    in.checksum();
    in.signature("BTHD");
    in.version(0);
    int found = in.u1();
    if (found != type) {
      throw in.fail("records of type %d, expected %d".formatted(found, type));
    }
    int nodeSize = in.int4("a node size");
    int width = in.u2();
    int depth = in.u2();
    in.skip(2);
    if (width == 0 || nodeSize < NODE_OVERHEAD + width || depth > 32) {
      throw in.fail("nodes that cannot hold a record; the file is damaged");
    }
    return new Walk(nodeSize, width, depth).from(new Node(in.address(), in.u2(), depth));
  }

  private final class Walk {
    private final int nodeSize;
    private final int width;
    private final long[] most;
    private final int countWidth;
    private final List<Fields> records = new ArrayList<>();
    private final Deque<Node> open = new ArrayDeque<>();
    private final Set<Long> visited = new HashSet<>();

    Walk(int nodeSize, int width, int depth) {
      this.nodeSize = nodeSize;
      this.width = width;
      this.most = new long[depth + 1];
      most[0] = ((long) nodeSize - NODE_OVERHEAD) / width;
      countWidth = Fields.widthOf(most[0]);
      for (int level = 1; level <= depth; level++) {
        int pointer = Long.BYTES + countWidth + totalWidth(level);
        long own = ((long) nodeSize - NODE_OVERHEAD - pointer) / (width + pointer);
        most[level] = own + (own + 1) * most[level - 1];
      }
    }

    /// Children of the lowest tables are leaves, whose total is their count and is not stored.
    private int totalWidth(int level) {
      return level > 1 ? Fields.widthOf(most[level - 1]) : 0;
    }

    List<Fields> from(Node root) throws IOException {
      if (root.address != Hdf5Bytes.UNDEFINED) {
        open.add(root);
      }
      while (!open.isEmpty()) {
        Node node = open.remove();
        if (!visited.add(node.address)) {
          throw new CheckpointException(
              file.where().entry(WHAT).at(file.offset(node.address)),
              "a node that is its own child; the file is damaged or hostile");
        }
        read(node);
        file.limits().check(Limit.HDF5_OBJECTS, records.size(), file.where().entry(WHAT));
      }
      return records;
    }

    private void read(Node node) throws IOException {
      Fields in = file.fields(node.address, nodeSize, WHAT);
      in.signature(node.depth > 0 ? "BTIN" : "BTLF");
      in.version(0);
      if (in.u1() != type) {
        throw in.fail("a node of another tree; the file is damaged");
      }
      for (long i = 0; i < node.records; i++) {
        records.add(in.part(width));
      }
      if (node.depth > 0) {
        for (long i = 0; i <= node.records; i++) {
          long child = in.address();
          long count = in.sized(countWidth);
          in.skip(totalWidth(node.depth));
          open.add(new Node(child, count, node.depth - 1));
        }
      }
      file.fields(node.address, in.position() + (long) Integer.BYTES, WHAT).checksum();
    }
  }
}
