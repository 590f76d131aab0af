package org.statedict.io.hdf5;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.statedict.checkpoint.CheckpointException;

/// Where the elements of a dataset are.
sealed interface DataLayout {
  /// In the header itself.
  record Compact(Fields data) implements DataLayout {}

  /// In one piece, or nowhere yet.
  record Contiguous(long address, long size) implements DataLayout {}

  /// In chunks.
  ///
  /// @param index how the chunks are found
  /// @param dims of one chunk, in elements
  /// @param address of the index
  /// @param edgesUnfiltered whether filters leave out chunks at the edge
  /// @param single of the only chunk, if it is filtered
  record Chunked(
      Index index, List<Integer> dims, long address, boolean edgesUnfiltered, Single single)
      implements DataLayout {
    int[] dimsArray() {
      return dims.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /// In other files.
  record Virtual() implements DataLayout {}

  /// The size and the filter mask of the only chunk.
  record Single(long size, int mask) {
    static final Single UNFILTERED = new Single(-1, 0);
  }

  /// The kinds of chunk indexes.
  enum Index {
    OLD_TREE,
    SINGLE,
    IMPLICIT,
    FIXED_ARRAY,
    EXTENSIBLE_ARRAY,
    TREE
  }

  /// Reads a layout message.
  ///
  /// @param needed the bytes of all elements, which old layouts do not state
  static DataLayout read(Fields in, long needed) throws CheckpointException {
    int version = in.u1();
    return switch (version) {
      case 1, 2 -> old(in, needed);
      case 3, 4, 5 -> current(in, version);
      default -> throw in.fail("a layout of version %d, 1 to 5 are known".formatted(version));
    };
  }

  private static DataLayout old(Fields in, long needed) throws CheckpointException {
    int rank = in.u1();
    int kind = in.u1();
    in.skip(5);
    long address = kind == 0 ? Hdf5Bytes.UNDEFINED : in.address();
    int[] dims = dims(in, rank, Integer.BYTES);
    return switch (kind) {
      case 0 -> new Compact(in.part(in.u4()));
      case 1 -> new Contiguous(address, needed);
      case 2 -> oldChunks(in, dims, address);
      default -> throw in.fail("a layout of class " + kind);
    };
  }

  private static DataLayout current(Fields in, int version) throws CheckpointException {
    int kind = in.u1();
    return switch (kind) {
      case 0 -> new Compact(in.part(in.u2()));
      case 1 -> new Contiguous(in.address(), in.length());
      case 2 -> version == 3 ? treeOfChunks(in) : chunks(in);
      case 3 -> new Virtual();
      default -> throw in.fail("a layout of class " + kind);
    };
  }

  private static DataLayout treeOfChunks(Fields in) throws CheckpointException {
    int rank = in.u1();
    long address = in.address();
    return oldChunks(in, dims(in, rank, Integer.BYTES), address);
  }

  private static DataLayout oldChunks(Fields in, int[] dims, long address)
      throws CheckpointException {
    return new Chunked(Index.OLD_TREE, ofChunk(in, dims), address, false, Single.UNFILTERED);
  }

  private static DataLayout chunks(Fields in) throws CheckpointException {
    int flags = in.u1();
    int rank = in.u1();
    int[] dims = dims(in, rank, in.u1());
    int kind = in.u1();
    if (kind < 1 || kind >= Index.values().length) {
      throw in.fail("a chunk index of kind " + kind);
    }
    Index index = Index.values()[kind];
    Single single = Single.UNFILTERED;
    switch (index) {
      case SINGLE -> {
        if ((flags & 2) != 0) {
          single = new Single(in.length(), (int) in.u4());
        }
      }
      case FIXED_ARRAY -> in.skip(1);
      case EXTENSIBLE_ARRAY -> in.skip(5);
      case TREE -> in.skip(6);
      default -> {}
    }
    return new Chunked(index, ofChunk(in, dims), in.address(), (flags & 1) != 0, single);
  }

  private static int[] dims(Fields in, int rank, int width) throws CheckpointException {
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      long dim = in.sized(Math.clamp(width, 1, 8));
      if (dim <= 0 || dim > Integer.MAX_VALUE) {
        throw in.fail("a chunk of %d elements in dimension %d".formatted(dim, i));
      }
      dims[i] = (int) dim;
    }
    return dims;
  }

  /// The last dimension is the size of an element.
  private static List<Integer> ofChunk(Fields in, int[] dims) throws CheckpointException {
    if (dims.length < 2) {
      throw in.fail("chunks of a dataset without dimensions");
    }
    return IntStream.of(Arrays.copyOf(dims, dims.length - 1)).boxed().toList();
  }
}
