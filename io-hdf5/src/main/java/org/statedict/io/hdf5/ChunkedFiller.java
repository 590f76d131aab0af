package org.statedict.io.hdf5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.SoftReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.io.hdf5.DataLayout.Chunked;
import org.statedict.tensor.Storage.Filler;

/// Provides the elements of a chunked dataset in row-major order. Rows of chunks are decoded
/// together, on all processors, and the last ones are kept as long as memory allows, since reading
/// goes forward; behind the last byte nothing is kept.
final class ChunkedFiller implements Filler {
  private static final long BAND = 8L << 20;

  private final Hdf5Bytes file;
  private final Chunked layout;
  private final FilterPipeline filters;
  private final ChunkGrid grid;
  private final byte[] fill;
  private final Where where;
  private final long rowsPerBand;
  private final long bandBytes;
  private @Nullable ChunkIndex index;
  private SoftReference<@Nullable Band> kept = new SoftReference<>(null);

  /// Some rows of chunks, decoded.
  private record Band(long number, MemorySegment content) {}

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
      MemorySegment content = band(from / bandBytes);
      long inside = from % bandBytes;
      long count = Math.min(dst.byteSize() - done, content.byteSize() - inside);
      MemorySegment.copy(content, inside, dst, done, count);
      done += count;
      if (from + count == totalBytes()) {
        kept.clear();
      }
    }
  }

  private long totalBytes() {
    return Math.multiplyExact(grid.innerBytes(), grid.shape().dim(0));
  }

  private MemorySegment band(long number) throws IOException {
    Band last = kept.get();
    if (last != null && last.number == number) {
      return last.content;
    }
    if (index == null) {
      index = ChunkIndex.read(file, layout, grid, where);
    }
    kept.clear();
    byte[] content = new byte[(int) Math.min(bandBytes, totalBytes() - number * bandBytes)];
    decode(index, number * rowsPerBand, content);
    Band band = new Band(number, MemorySegment.ofArray(content));
    kept = new SoftReference<>(band);
    return band.content;
  }

  private void decode(ChunkIndex chunks, long firstRow, byte[] content) throws IOException {
    long inRow = grid.count() / grid.along(0);
    long last = Math.min(grid.count(), (firstRow + rowsPerBand) * inRow);
    try {
      LongStream.range(firstRow * inRow, last)
          .parallel()
          .forEach(number -> place(chunks, number, firstRow, content));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void place(ChunkIndex chunks, long number, long firstRow, byte[] content) {
    try {
      copy(chunk(chunks, number), number, firstRow, content);
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
  private void copy(byte[] chunk, long number, long firstRow, byte[] content) {
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
