package org.statedict.tensor;

import java.util.stream.IntStream;

/// Work on a range of elements: on this thread if it is short, else shared among the processors.
final class Pieces {
  private static final int PIECE = 1 << 15;

  private Pieces() {}

  /// Work on the elements `from` (included) to `to` (excluded).
  @FunctionalInterface
  interface Work {
    void on(int from, int to);
  }

  static void forEach(int count, Work work) {
    forEach(count, PIECE, work);
  }

  /// The same in pieces of another size.
  static void forEach(int count, int piece, Work work) {
    int pieces = Math.ceilDiv(count, piece);
    if (pieces <= 1) {
      work.on(0, count);
    } else {
      IntStream.range(0, pieces)
          .parallel()
          .forEach(i -> work.on(i * piece, (int) Math.min(count, (i + 1L) * piece)));
    }
  }

  /// Work on a row of a dense matrix, whose first element is `from`.
  @FunctionalInterface
  interface RowWork {
    void on(int row, int from);
  }

  /// The same for `count` rows of `length` elements.
  static void forEachRow(int count, int length, RowWork work) {
    forEach(
        count,
        Math.max(1, PIECE / Math.max(1, length)),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            work.on(row, row * length);
          }
        });
  }
}
