package org.statedict.io.hdf5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.io.hdf5.DataLayout.Chunked;
import org.statedict.tensor.Storage.Filler;

/// Provides the elements of a chunked dataset in row-major order. Rows of chunks are decoded
/// together, on all processors, and the last ones are kept, since reading goes forward.
final class ChunkedFiller implements Filler {
  private static final long BAND = 16L << 20;

  private final Hdf5Bytes file;
  private final Chunked layout;
  private final FilterPipeline filters;
  private final ChunkGrid grid;
  private final byte[] fill;
  private final Where where;
  private final long rowsPerBand;
  private final long bandBytes;
  private @Nullable ChunkIndex index;
  private long band = -1;
  private byte[] content = new byte[0];

  /// @param fill an element that was never written
  ChunkedFiller(
      Hdf5Bytes file,
      Chunked layout,
      FilterPipeline filters,
      ChunkGrid grid,
      byte[] fill,
      Where where) {
    this.file = file;
    this.layout = layout;
    this.filters = filters;
    this.grid = grid;
    this.fill = fill.clone();
    this.where = where;
    this.rowsPerBand = Math.max(1, BAND / Math.max(1, grid.rowBytes()));
    this.bandBytes = rowsPerBand * grid.rowBytes();
  }

  @Override
  public synchronized void fill(long at, MemorySegment dst) throws IOException {
    for (long done = 0; done < dst.byteSize(); ) {
      long from = at + done;
      load(from / bandBytes);
      int inside = (int) (from % bandBytes);
      long count = Math.min(dst.byteSize() - done, content.length - inside);
      MemorySegment.copy(MemorySegment.ofArray(content), inside, dst, done, count);
      done += count;
    }
  }

  private void load(long wanted) throws IOException {
    if (band == wanted) {
      return;
    }
    if (index == null) {
      index = ChunkIndex.read(file, layout, grid, where);
    }
    long total = Math.multiplyExact(grid.innerBytes(), grid.shape().dim(0));
    int size = (int) Math.min(bandBytes, total - wanted * bandBytes);
    if (content.length != size) {
      content = new byte[size];
    }
    band = -1;
    decode(index, wanted * rowsPerBand);
    band = wanted;
  }

  private void decode(ChunkIndex chunks, long firstRow) throws IOException {
    long inRow = grid.count() / grid.along(0);
    long last = Math.min(grid.count(), (firstRow + rowsPerBand) * inRow);
    List<Long> numbers = new ArrayList<>();
    for (long number = firstRow * inRow; number < last; number++) {
      numbers.add(number);
    }
    try {
      numbers.parallelStream().forEach(number -> place(chunks, number, firstRow));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void place(ChunkIndex chunks, long number, long firstRow) {
    try {
      copy(chunk(chunks, number), number, firstRow);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] chunk(ChunkIndex chunks, long number) throws IOException {
    ChunkIndex.Stored stored = chunks.chunks().get(number);
    int size = grid.chunkBytes();
    if (stored == null) {
      return repeated(fill, size);
    }
    byte[] data = file.source().bytes(file.offset(stored.address()), stored.size());
    boolean unfiltered = layout.edgesUnfiltered() && isAtEdge(number);
    FilterPipeline pipeline = unfiltered ? FilterPipeline.NONE : filters;
    return pipeline.decode(data, stored.mask(), size, where);
  }

  private static byte[] repeated(byte[] element, int size) {
    byte[] data = new byte[size];
    for (int at = 0; at < size; at += element.length) {
      System.arraycopy(element, 0, data, at, Math.min(element.length, size - at));
    }
    return data;
  }

  private boolean isAtEdge(long number) {
    long[] origin = origin(number);
    for (int i = 0; i < origin.length; i++) {
      if (origin[i] + grid.chunk().get(i) > grid.shape().dim(i)) {
        return true;
      }
    }
    return false;
  }

  /// The first element of a chunk.
  private long[] origin(long number) {
    long[] origin = new long[grid.shape().rank()];
    long rest = number;
    for (int i = origin.length - 1; i >= 0; i--) {
      origin[i] = rest % grid.along(i) * grid.chunk().get(i);
      rest /= grid.along(i);
    }
    return origin;
  }

  /// Copies what of a chunk lies inside the shape, run by run of the last dimension.
  private void copy(byte[] chunk, long number, long firstRow) {
    long[] origin = origin(number);
    int rank = origin.length;
    int last = rank - 1;
    long[] inside = new long[rank];
    for (int i = 0; i < rank; i++) {
      inside[i] = Math.min(grid.chunk().get(i), grid.shape().dim(i) - origin[i]);
    }
    int run = (int) inside[last] * grid.width();
    long[] at = new long[rank];
    while (true) {
      System.arraycopy(chunk, offset(at), content, target(origin, at, firstRow), run);
      int dim = last - 1;
      while (dim >= 0 && ++at[dim] == inside[dim]) {
        at[dim--] = 0;
      }
      if (dim < 0) {
        return;
      }
    }
  }

  private int offset(long[] at) {
    long offset = 0;
    for (int i = 0; i < at.length; i++) {
      offset = offset * grid.chunk().get(i) + at[i];
    }
    return (int) offset * grid.width();
  }

  private int target(long[] origin, long[] at, long firstRow) {
    long target = origin[0] + at[0] - firstRow * grid.chunk().getFirst();
    for (int i = 1; i < at.length; i++) {
      target = target * grid.shape().dim(i) + origin[i] + at[i];
    }
    return (int) (target * grid.width());
  }
}
