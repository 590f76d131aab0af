package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Collects elements that take whole bytes.
///
/// A dense tensor is one copy, a slice of rows one copy per row; a transposed matrix is copied in
/// tiles. Of a storage that is read rather than addressed, the part that a request spans is brought
/// to memory first, if the tensor fills a fair part of it; from a storage where the elements lie
/// further apart, each run of them is read by itself.
final class ByteGather implements Gather {
  private static final long RESIDENT_AT_MOST = 256L << 20;
  private static final long ALWAYS_RESIDENT = 64L << 10;
  private static final long PIECE = 8L << 20;
  private static final long SPARSE = 8;

  private final Storage storage;
  private final Walk walk;
  private final int width;
  private final long elementCount;
  private MemorySegment buffer = MemorySegment.ofArray(new byte[0]);
  private @Nullable Window whole;
  private @Nullable Transposer transposer;

  ByteGather(Tensor tensor) {
    this.storage = tensor.storage();
    this.walk = Walk.of(tensor);
    this.width = tensor.dtype().bits() / 8;
    this.elementCount = tensor.elementCount();
  }

  /// A storage that holds some of the elements, and the position that its first byte has in the
  /// tensor's storage.
  private record Window(Storage storage, long origin) {}

  @Override
  public void copy(long at, MemorySegment dst) {
    if (walk.isDense()) {
      storage.copyTo(walk.position(0) * width + at, dst);
    } else {
      long first = at / width;
      copy(windowOn(first, first + dst.byteSize() / width), first, dst);
    }
  }

  private Window windowOn(long from, long to) {
    if (whole != null || !(storage instanceof DeferredStorage)) {
      return whole != null ? whole : new Window(storage, 0);
    }
    Walk.Range range = walk.range(from, to);
    if (isWorthReading(range, to - from)) {
      return read(range);
    }
    Walk.Range span = walk.range(0, elementCount);
    if (isWorthReading(span, elementCount)) {
      whole = read(span);
      return whole;
    }
    return new Window(storage, 0);
  }

  private boolean isWorthReading(Walk.Range range, long wanted) {
    boolean dense = range.size() / SPARSE <= wanted && range.size() <= RESIDENT_AT_MOST / width;
    return dense || range.size() <= ALWAYS_RESIDENT / width;
  }

  /// Reads into one buffer, over what was read before.
  private Window read(Walk.Range range) {
    int size = Math.toIntExact(range.size() * width);
    if (buffer.byteSize() < size) {
      buffer = MemorySegment.ofArray(new byte[size]);
    }
    for (long done = 0; done < size; done += PIECE) {
      storage.copyTo(
          range.low() * width + done, buffer.asSlice(done, Math.min(PIECE, size - done)));
    }
    return new Window(SegmentStorage.heap(buffer, storage.device()), range.low());
  }

  private void copy(Window window, long first, MemorySegment dst) {
    long columns = walk.columns();
    long total = dst.byteSize() / width;
    long done = 0;
    while (done < total) {
      long element = first + done;
      long at = walk.position(element) - window.origin;
      long column = element % columns;
      long rows = column > 0 ? 1 : Math.min(walk.rowsSideBySide(element), (total - done) / columns);
      long count = rows > 1 ? rows * columns : Math.min(columns - column, total - done);
      MemorySegment part = dst.asSlice(done * width, count * width);
      if (rows > 1) {
        transposer().copy(window.storage, at, walk.columnStep(), columns, part);
      } else {
        copyRun(window.storage, at, part);
      }
      done += count;
    }
  }

  private Transposer transposer() {
    if (transposer == null) {
      transposer = new Transposer(width);
    }
    return transposer;
  }

  private void copyRun(Storage from, long at, MemorySegment dst) {
    long step = walk.columnStep();
    if (step == 1) {
      from.copyTo(at * width, dst);
    } else if (from instanceof SegmentStorage memory) {
      memory.copyStrided(at * width, step * width, width, dst);
    } else {
      for (long to = 0; to < dst.byteSize(); to += width) {
        from.copyTo((at + to / width * step) * width, dst.asSlice(to, width));
      }
    }
  }
}
