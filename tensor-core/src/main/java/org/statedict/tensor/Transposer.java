package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies a matrix whose columns lie dense in a storage to rows, in tiles that stay in the
/// processor's nearest cache.
///
/// Its buffers are of one kind of memory whatever the storage is, so that their loops compile to
/// plain moves.
final class Transposer {
  private static final int TILE = 64;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final int width;
  private final MemorySegment columns;
  private final MemorySegment rows;

  /// @param width of an element, in bytes
  Transposer(int width) {
    this.width = width;
    this.columns = MemorySegment.ofArray(new byte[TILE * TILE * width]);
    this.rows = MemorySegment.ofArray(new byte[TILE * TILE * width]);
  }

  /// Fills `dst`, which has `columnCount` columns, with rows whose first elements lie side by side.
  ///
  /// @param at where the first element of the first row lies, in elements
  /// @param columnStep how far apart the columns lie, in elements
  void copy(Storage from, long at, long columnStep, long columnCount, MemorySegment dst) {
    long rowCount = dst.byteSize() / width / columnCount;
    for (long row = 0; row < rowCount; row += TILE) {
      int height = (int) Math.min(TILE, rowCount - row);
      for (long column = 0; column < columnCount; column += TILE) {
        int breadth = (int) Math.min(TILE, columnCount - column);
        load(from, at + row + column * columnStep, columnStep, height, breadth);
        transpose(height, breadth);
        store(row * columnCount + column, columnCount, height, breadth, dst);
      }
    }
  }

  private void load(Storage from, long at, long columnStep, int height, int breadth) {
    long size = (long) height * width;
    for (int column = 0; column < breadth; column++) {
      from.copyTo((at + column * columnStep) * width, columns.asSlice(column * size, size));
    }
  }

  private void store(long first, long columnCount, int height, int breadth, MemorySegment dst) {
    long size = (long) breadth * width;
    for (int row = 0; row < height; row++) {
      MemorySegment.copy(rows, row * size, dst, (first + row * columnCount) * width, size);
    }
  }

  private void transpose(int height, int breadth) {
    for (int row = 0; row < height; row++) {
      switch (width) {
        case 1 -> bytes(row, height, breadth);
        case 2 -> shorts(row, height, breadth);
        case 4 -> ints(row, height, breadth);
        case 8 -> longs(row, height, breadth);
        default -> others(row, height, breadth);
      }
    }
  }

  private void bytes(int row, int height, int breadth) {
    for (int i = 0; i < breadth; i++) {
      rows.set(BYTE, row * breadth + i, columns.get(BYTE, i * height + row));
    }
  }

  private void shorts(int row, int height, int breadth) {
    for (int i = 0; i < breadth; i++) {
      rows.set(SHORT, 2L * (row * breadth + i), columns.get(SHORT, 2L * (i * height + row)));
    }
  }

  private void ints(int row, int height, int breadth) {
    for (int i = 0; i < breadth; i++) {
      rows.set(INT, 4L * (row * breadth + i), columns.get(INT, 4L * (i * height + row)));
    }
  }

  private void longs(int row, int height, int breadth) {
    for (int i = 0; i < breadth; i++) {
      rows.set(LONG, 8L * (row * breadth + i), columns.get(LONG, 8L * (i * height + row)));
    }
  }

  private void others(int row, int height, int breadth) {
    for (int i = 0; i < breadth; i++) {
      long from = (long) width * (i * height + row);
      MemorySegment.copy(columns, from, rows, (long) width * (row * breadth + i), width);
    }
  }
}
