package org.statedict.io.hdf5;

import io.jhdf.btree.BTreeV1;
import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.dataset.chunked.DatasetInfo;
import io.jhdf.dataset.chunked.indexing.BTreeIndex;
import io.jhdf.dataset.chunked.indexing.ExtensibleArrayIndex;
import io.jhdf.dataset.chunked.indexing.FixedArrayIndex;
import io.jhdf.dataset.chunked.indexing.ImplicitChunkIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.io.hdf5.DataLayout.Chunked;
import org.statedict.io.hdf5.DataLayout.Single;

/// Where the chunks of a dataset lie, by their number in the grid of chunks. jHDF reads the index;
/// whatever it says is checked.
record ChunkIndex(Map<Long, Stored> chunks) {
  private static final int OLD_NODE = 24;

  /// A chunk as it lies in the file.
  record Stored(long address, int size, int mask) {}

  static ChunkIndex read(Hdf5Bytes file, Chunked layout, ChunkGrid grid, Where where)
      throws IOException {
    if (layout.address() == Hdf5Bytes.UNDEFINED || grid.count() == 0) {
      return new ChunkIndex(Map.of());
    }
    if (layout.index() == DataLayout.Index.SINGLE) {
      return single(file, layout, grid);
    }
    Map<Long, Stored> found = new HashMap<>();
    for (Chunk chunk : chunks(file, layout, grid, where)) {
      if (chunk.getAddress() != Hdf5Bytes.UNDEFINED) {
        file.require(chunk.getAddress(), chunk.getSize(), "chunk");
        Stored stored = new Stored(chunk.getAddress(), chunk.getSize(), mask(chunk));
        if (found.put(grid.number(chunk.getChunkOffset(), where), stored) != null) {
          throw new CheckpointException(where, "two chunks of one place; the file is damaged");
        }
      }
    }
    return new ChunkIndex(found);
  }

  private static ChunkIndex single(Hdf5Bytes file, Chunked layout, ChunkGrid grid)
      throws CheckpointException {
    Single single = layout.single();
    long size = single.size() < 0 ? grid.chunkBytes() : single.size();
    file.require(layout.address(), size, "chunk");
    return new ChunkIndex(Map.of(0L, new Stored(layout.address(), (int) size, single.mask())));
  }

  private static int mask(Chunk chunk) {
    long[] words =
        chunk.getFilterMask() == null ? new long[0] : chunk.getFilterMask().toLongArray();
    return words.length == 0 ? 0 : (int) words[0];
  }

  private static Collection<Chunk> chunks(
      Hdf5Bytes file, Chunked layout, ChunkGrid grid, Where where) throws IOException {
    try {
      return unchecked(file, layout, grid);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new CheckpointException(
          where, "an index of chunks that cannot be read; the file is damaged or hostile", e);
    }
  }

  private static Collection<Chunk> unchecked(Hdf5Bytes file, Chunked layout, ChunkGrid grid)
      throws IOException {
    CheckedStorage storage = new CheckedStorage(file);
    long address = layout.address();
    DatasetInfo info =
        new DatasetInfo(grid.chunkBytes(), grid.shape().toArray(), layout.dimsArray());
    return switch (layout.index()) {
      case OLD_TREE -> oldTree(file, storage, address, grid.shape().rank());
      case IMPLICIT -> new ImplicitChunkIndex(address, info).getAllChunks();
      case FIXED_ARRAY -> {
        requireEntries(file, address, 8, grid.count(), "FAHD");
        yield new FixedArrayIndex(storage, address, info).getAllChunks();
      }
      case EXTENSIBLE_ARRAY -> {
        requireEntries(file, address, 44, Math.multiplyExact(2L, file.size()), "EAHD");
        yield new ExtensibleArrayIndex(storage, address, info).getAllChunks();
      }
      case TREE -> new BTreeIndex(storage, address, info).getAllChunks();
      case SINGLE -> List.of();
    };
  }

  /// A tree without an entry is one of a dataset that nothing was written to.
  private static Collection<Chunk> oldTree(
      Hdf5Bytes file, CheckedStorage storage, long address, int rank) throws IOException {
    Fields in = file.fields(address, OLD_NODE, "chunk index");
    in.skip(6);
    return in.u2() == 0 ? List.of() : BTreeV1.createDataBTree(storage, address, rank).getChunks();
  }

  /// jHDF makes a list of as many entries as the header states.
  private static void requireEntries(
      Hdf5Bytes file, long address, int at, long most, String signature) throws IOException {
    Fields in = file.fields(address, at + (long) Long.BYTES, "chunk index");
    in.signature(signature);
    in.skip(at - signature.length());
    long entries = in.length();
    if (entries > most) {
      throw in.fail("%d entries, there cannot be more than %d".formatted(entries, most));
    }
  }
}
