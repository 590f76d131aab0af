package org.statedict.io.proto;

import java.io.IOException;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.tensor.DType;

/// Decodes elements that stand one by one as numbers into the bytes that `raw_data` would hold.
///
/// | type | numbers |
/// | --- | --- |
/// | complex | two for each element |
/// | of 4 and 2 bits | one for each byte of the packed form |
/// | of 6 bits | one for each element |
final class TypedValues {
  private static final int PIECE = 1 << 16;

  private final PagedBytes in;
  private final TensorData data;
  private final DType dtype;
  private final long elements;
  private final Where where;

  TypedValues(PagedBytes in, TensorData data, DType dtype, long elements, Where where) {
    this.in = in;
    this.data = data;
    this.dtype = dtype;
    this.elements = elements;
    this.where = where;
  }

  private boolean isFixed() {
    return data.field() == TensorData.FLOATS || data.field() == TensorData.DOUBLES;
  }

  /// How many numbers the elements need.
  private long needed() {
    if (dtype.isComplex()) {
      return Math.multiplyExact(elements, 2);
    }
    return dtype.bits() == 6 || dtype.bits() >= 8 ? elements : dtype.byteSize(elements);
  }

  /// @throws CheckpointException if there are not exactly as many numbers as the shape needs
  void requireCount() throws IOException {
    long found = isFixed() ? fixedCount() : varintCount();
    if (found != needed()) {
      throw new CheckpointException(
          where, "%d numbers, type and shape need %d".formatted(found, needed()));
    }
    if (dtype.bits() == 6) {
      requireSixBits();
    }
  }

  private long fixedCount() throws CheckpointException {
    int width = data.field() == TensorData.FLOATS ? 4 : 8;
    long count = 0;
    for (Range piece : data.pieces()) {
      if (piece.size() % width != 0) {
        throw new CheckpointException(
            where.at(piece.from()),
            "%d bytes of numbers of %d bytes each".formatted(piece.size(), width));
      }
      count += piece.size() / width;
    }
    return count;
  }

  private long varintCount() throws IOException {
    long count = 0;
    for (Range piece : data.pieces()) {
      Varints numbers = new Varints(piece);
      while (numbers.hasNext()) {
        numbers.next();
        count++;
      }
    }
    return count;
  }

  private void requireSixBits() throws IOException {
    for (Range piece : data.pieces()) {
      Varints numbers = new Varints(piece);
      while (numbers.hasNext()) {
        long number = numbers.next();
        if (number < 0 || number > 63) {
          throw new CheckpointException(
              where.at(piece.from()), "%d for an element of 6 bits".formatted(number));
        }
      }
    }
  }

  /// All elements, packed.
  byte[] decode() throws IOException {
    byte[] bytes = new byte[Math.toIntExact(dtype.byteSize(elements))];
    if (isFixed()) {
      int at = 0;
      for (Range piece : data.pieces()) {
        at = copy(piece, bytes, at);
      }
    } else {
      decodeNumbers(bytes);
    }
    return bytes;
  }

  private int copy(Range piece, byte[] bytes, int to) throws IOException {
    int at = to;
    for (long from = piece.from(); from < piece.end(); from += PIECE) {
      byte[] part = in.source().bytes(from, (int) Math.min(PIECE, piece.end() - from));
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    return at;
  }

  private void decodeNumbers(byte[] bytes) throws IOException {
    int bits = dtype.bits() == 6 ? 6 : Math.max(8, dtype.bits());
    long bit = 0;
    for (Range piece : data.pieces()) {
      Varints numbers = new Varints(piece);
      while (numbers.hasNext()) {
        put(bytes, bit, bits, numbers.next());
        bit += bits;
      }
    }
    clearPadding(bytes);
  }

  private static void put(byte[] bytes, long bit, int bits, long number) {
    for (int done = 0; done < bits; done += 8 - (int) ((bit + done) & 7)) {
      int shift = (int) ((bit + done) & 7);
      int left = Math.min(8 - shift, bits - done);
      long part = (number >>> done) & ((1L << left) - 1);
      bytes[(int) ((bit + done) >> 3)] |= (byte) (part << shift);
    }
  }

  private void clearPadding(byte[] bytes) {
    int used = (int) (elements * dtype.bits() & 7);
    if (dtype.isSubByte() && used != 0) {
      bytes[bytes.length - 1] &= (byte) ((1 << used) - 1);
    }
  }

  /// The numbers of a piece, in turn.
  private final class Varints {
    private final Range piece;
    private long at;

    Varints(Range piece) {
      this.piece = piece;
      this.at = piece.from();
    }

    boolean hasNext() {
      return at < piece.end();
    }

    long next() throws IOException {
      long value = 0;
      for (int i = 0; i < 10 && at < piece.end(); i++) {
        int b = in.at(at++);
        value |= (long) (b & 0x7F) << (7 * i);
        if (b < 0x80) {
          return value;
        }
      }
      throw new CheckpointException(where.at(at), "a number that is cut off or too long");
    }
  }
}
