package org.statedict.io.hdf5;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// Elements in chunks that are shuffled and deflated. A chunk is a run of elements in row-major
/// order, so that it is made of one piece of the tensor.
///
/// Sizes are known only when chunks were made: planning makes them all once and forgets them, and
/// writing makes them again.
final class PlannedChunks implements PlannedData {
  private static final int CHUNK = 1 << 20;
  private static final int BATCH = 8;

  private final TensorBytes bytes;
  private final int level;
  private final ChunkGrid grid;
  private final int[] sizes;
  private final ChunkTree tree;

  /// @param level of deflate, 1 to 9
  PlannedChunks(Tensor tensor, int level) throws IOException {
    this.bytes = TensorBytes.of(tensor);
    this.level = level;
    this.grid = new ChunkGrid(tensor.shape(), chunk(tensor), tensor.dtype().bits() / Byte.SIZE);
    this.sizes = new int[Math.toIntExact(grid.count())];
    for (int first = 0; first < sizes.length; first += BATCH) {
      List<byte[]> made = batch(first);
      for (int i = 0; i < made.size(); i++) {
        sizes[first + i] = made.get(i).length;
      }
    }
    this.tree = new ChunkTree(grid, sizes);
  }

  /// Whether a tensor is large enough for chunks to save anything.
  static boolean suit(Tensor tensor) {
    return tensor.shape().rank() > 0 && tensor.byteSize() >= 1 << 14;
  }

  /// Whole inner dimensions, as many indices of the one before as fit, one index of all others.
  private static List<Integer> chunk(Tensor tensor) {
    int rank = tensor.shape().rank();
    List<Integer> chunk = new ArrayList<>(Collections.nCopies(rank, 1));
    long inner = tensor.dtype().bits() / Byte.SIZE;
    for (int dim = rank - 1; dim >= 0 && inner < CHUNK; dim--) {
      long fitting = Math.min(tensor.shape().dim(dim), Math.max(1, CHUNK / inner));
      chunk.set(dim, (int) fitting);
      if (fitting < tensor.shape().dim(dim)) {
        break;
      }
      inner *= fitting;
    }
    return chunk;
  }

  private List<byte[]> batch(int first) throws IOException {
    int count = Math.min(BATCH, sizes.length - first);
    List<byte[]> plain = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      plain.add(plain(first + i));
    }
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(i -> Filters.shuffledAndDeflated(plain.get(i), grid.width(), level))
        .toList();
  }

  /// A chunk as it is; beyond the edge of the shape it is filled with zeros.
  private byte[] plain(int number) throws IOException {
    byte[] chunk = new byte[grid.chunkBytes()];
    ChunkGrid.Run run = grid.run(number);
    bytes.copyTo(run.from(), MemorySegment.ofArray(chunk).asSlice(0, run.size()));
    return chunk;
  }

  @Override
  public void describe(HeaderWriter header) {
    FieldsWriter layout = new FieldsWriter().u1(3).u1(2).u1(grid.chunk().size() + 1);
    layout.u8(tree.root());
    grid.chunk().forEach(layout::u4);
    layout.u4(grid.width());
    header.message(ObjectHeader.FILL, new FieldsWriter().hex("030b"));
    header.message(ObjectHeader.LAYOUT, layout);
    header.message(ObjectHeader.FILTERS, FilterPipeline.shuffleAndDeflate(grid.width(), level));
  }

  @Override
  public long moveBehind(long end) {
    return tree.moveTo(Math.ceilDiv(end, Long.BYTES) * Long.BYTES);
  }

  @Override
  public void write(FileWriter file) throws IOException {
    file.write(tree.start(), tree.toBytes());
    long at = tree.end();
    for (int first = 0; first < sizes.length; first += BATCH) {
      for (byte[] chunk : batch(first)) {
        file.writeData(at, chunk);
        at += chunk.length;
      }
    }
  }
}
