package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;

/// A heap of small objects, in which dense groups keep their links and attributes.
///
/// Its space is a table of blocks: rows of `width` blocks, whose size doubles from the third row
/// on. Up to a size they hold objects, beyond it they are tables themselves.
final class FractalHeap {
  private static final String WHAT = "fractal heap";
  private static final int HEADER = 146;
  private static final int DEPTH = 32;

  private final Hdf5Bytes file;
  private final long address;
  private final int idBytes;
  private final int width;
  private final long startSize;
  private final long maxDirect;
  private final int offsetBytes;
  private final int lengthBytes;
  private final long root;
  private final int rootRows;
  private final long hugeTree;
  private final Map<Long, Huge> huge = new HashMap<>();
  private boolean hugeRead;

  private record Huge(long address, long length) {}

  FractalHeap(Hdf5Bytes file, long address) throws IOException {
    this.file = file;
    this.address = address;
    Fields in = file.fields(address, HEADER, WHAT);
    in.checksum();
    in.signature("FRHP");
    in.version(0);
    idBytes = in.u2();
    if (in.u2() != 0) {
      throw in.fail("a filtered heap, which cannot be read");
    }
    in.skip(1);
    long maxManaged = in.u4();
    in.skip(8);
    hugeTree = in.address();
    in.skip(10L * Long.BYTES);
    width = in.u2();
    startSize = in.length();
    maxDirect = in.length();
    int bits = in.u2();
    in.skip(2);
    root = in.address();
    rootRows = in.u2();
    if (width == 0
        || Long.bitCount(width) != 1
        || Long.bitCount(startSize) != 1
        || Long.bitCount(maxDirect) != 1
        || maxDirect < startSize
        || bits > 64) {
      throw in.fail("sizes of blocks that are no powers of two; the file is damaged");
    }
    offsetBytes = (bits + 7) / 8;
    lengthBytes = Fields.widthOf(Math.min(maxDirect, maxManaged));
  }

  /// The objects of a dense group or a dense list of attributes.
  ///
  /// @param info where the heap is and where the b-tree of names
  /// @param type of the b-tree's records
  /// @param skip the bytes before the heap id in a record
  static List<Fields> objects(Hdf5Bytes file, Fields info, int type, int skip) throws IOException {
    long heapAddress = info.address();
    long names = info.address();
    List<Fields> objects = new ArrayList<>();
    if (heapAddress == Hdf5Bytes.UNDEFINED || names == Hdf5Bytes.UNDEFINED) {
      return objects;
    }
    FractalHeap heap = new FractalHeap(file, heapAddress);
    for (Fields record : new RecordTree(file, names, type).records()) {
      record.skip(skip);
      objects.add(heap.object(record.part(heap.idBytes)));
    }
    return objects;
  }

  /// The object that a heap id names.
  private Fields object(Fields id) throws IOException {
    int kind = id.u1() >> 4;
    return switch (kind) {
      case 0 -> managed(id.sized(offsetBytes), id.sized(lengthBytes));
      case 1 -> huge(id.sized(Math.min(Long.BYTES, id.remaining())));
      default -> throw id.fail("an object of kind %d, which cannot be read".formatted(kind));
    };
  }

  private Fields huge(long id) throws IOException {
    if (!hugeRead) {
      for (Fields record : new RecordTree(file, hugeTree, 1).records()) {
        Huge object = new Huge(record.address(), record.length());
        huge.put(record.length(), object);
      }
      hugeRead = true;
    }
    Huge object = huge.get(id);
    if (object == null) {
      throw new CheckpointException(file.where().entry(WHAT), "no huge object " + id);
    }
    return file.fields(object.address, object.length, WHAT);
  }

  private Fields managed(long offset, long length) throws IOException {
    long block = root;
    long from = 0;
    long size = startSize;
    int rows = rootRows;
    for (int depth = 0; rows > 0; depth++) {
      if (depth > DEPTH) {
        throw outside(offset);
      }
      Cell cell = cell(offset - from, rows);
      from += cell.start;
      size = cell.size;
      block = child(block, rows, cell.index);
      rows = cell.size > maxDirect ? rowsOf(cell.size) : 0;
    }
    if (offset - from > size || length > size - (offset - from)) {
      throw outside(offset);
    }
    return file.fields(block + (offset - from), length, WHAT);
  }

  private record Cell(int index, long start, long size) {}

  /// The block of a table in which an offset lies.
  private Cell cell(long offset, int rows) throws CheckpointException {
    long start = 0;
    long size = startSize;
    for (int row = 0; row < rows && size > 0 && start >= 0; row++) {
      size = row < 2 ? startSize : size * 2;
      if (offset - start < size * width) {
        long column = (offset - start) / size;
        return new Cell(row * width + (int) column, start + column * size, size);
      }
      start += size * width;
    }
    throw outside(offset);
  }

  private int rowsOf(long size) {
    return Long.numberOfTrailingZeros(size) - Long.numberOfTrailingZeros(startSize * width) + 1;
  }

  private long child(long table, int rows, int index) throws IOException {
    int head = 5 + Long.BYTES + offsetBytes;
    long cells = (long) rows * width;
    Fields in = file.fields(table, head + cells * Long.BYTES + Integer.BYTES, WHAT);
    in.checksum();
    in.signature("FHIB");
    in.version(0);
    if (in.address() != address) {
      throw in.fail("a table of another heap; the file is damaged");
    }
    in.skip(offsetBytes + (long) index * Long.BYTES);
    return in.address();
  }

  private CheckpointException outside(long offset) {
    return new CheckpointException(
        file.where().entry(WHAT).at(file.offset(address)),
        "an object at %d, outside of the heap; the file is damaged".formatted(offset));
  }
}
