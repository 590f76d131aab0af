package org.statedict.io.hdf5;

import java.util.List;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.tensor.Shape;

/// How a shape is divided into chunks, which are numbered in row-major order; those at the edges
/// reach beyond the shape.
///
/// @param chunk the dimensions of a chunk, in elements
/// @param width the bytes of an element
record ChunkGrid(Shape shape, List<Integer> chunk, int width) {
  /// The chunks along a dimension.
  long along(int dim) {
    return Math.ceilDiv(shape.dim(dim), (long) chunk.get(dim));
  }

  /// The number of chunks.
  ///
  /// @throws ArithmeticException if 64 bits cannot count them
  long count() {
    long count = 1;
    for (int i = 0; i < shape.rank(); i++) {
      count = Math.multiplyExact(count, along(i));
    }
    return count;
  }

  /// The bytes of one chunk without filters.
  ///
  /// @throws ArithmeticException if that is 2 GiB or more
  int chunkBytes() {
    long bytes = width;
    for (int dim : chunk) {
      bytes = Math.multiplyExact(bytes, (long) dim);
    }
    return Math.toIntExact(bytes);
  }

  /// The number of the chunk that begins at an element.
  long number(long[] offset, Where where) throws CheckpointException {
    long number = 0;
    for (int i = 0; i < shape.rank(); i++) {
      long at = i < offset.length ? offset[i] : -1;
      long place = at / chunk.get(i);
      if (at < 0 || at % chunk.get(i) != 0 || place >= along(i)) {
        throw new CheckpointException(
            where, "a chunk at %d of dimension %d, outside of the shape".formatted(at, i));
      }
      number = number * along(i) + place;
    }
    return number;
  }

  /// The element at which a chunk begins.
  long[] place(int number) {
    long[] place = new long[shape.rank()];
    long left = number;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      place[i] = left % along(i) * chunk.get(i);
      left /= along(i);
    }
    return place;
  }

  /// Bytes of the elements in row-major order.
  record Run(long from, long size) {}

  /// Where the elements of a chunk lie, if it is a run of them: of whole inner dimensions and one
  /// index of the outer ones.
  Run run(int number) {
    long[] place = place(number);
    long from = 0;
    long size = width;
    for (int i = 0; i < place.length; i++) {
      from = from * shape.dim(i) + place[i];
      size *= Math.min(chunk.get(i), shape.dim(i) - place[i]);
    }
    return new Run(from * width, size);
  }

  /// The bytes of one row of chunks: all that share their place in the first dimension.
  long rowBytes() {
    return Math.multiplyExact(innerBytes(), (long) chunk.getFirst());
  }

  /// The bytes of everything below one index of the first dimension.
  long innerBytes() {
    long bytes = width;
    for (int i = 1; i < shape.rank(); i++) {
      bytes = Math.multiplyExact(bytes, shape.dim(i));
    }
    return bytes;
  }
}
