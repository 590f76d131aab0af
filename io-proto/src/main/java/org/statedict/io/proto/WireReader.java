package org.statedict.io.proto;

import java.io.IOException;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;

/// Walks over the fields of one protobuf message in a file of any size, without reading what it
/// skips.
///
/// Source of the encoding: [Protocol Buffers](https://protobuf.dev/programming-guides/encoding/).
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;
  private static final int GROUP = 3;
  private static final int GROUP_END = 4;
  private static final int DEEPEST = 100;
  private static final int LONGEST_VARINT = 10;

  private final PagedBytes in;
  private final long end;
  private final int depth;
  private final Where where;
  private long at;
  private long fieldAt;
  private int field;
  private int wire;

  private WireReader(PagedBytes in, Range range, int depth, Where where) {
    this.in = in;
    this.at = range.from();
    this.fieldAt = at;
    this.end = range.end();
    this.depth = depth;
    this.where = where;
  }

  /// The message that a whole file is.
  static WireReader of(PagedBytes in) {
    return new WireReader(in, new Range(0, in.size()), 1, Where.in(in.source().name()));
  }

  /// Goes to the next field; what is left of the last one must have been read or skipped.
  boolean next() throws IOException {
    fieldAt = at;
    if (at == end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0 || wire > FIXED32) {
      throw fail(
          "a tag of field %d and wire type %d, which protobuf does not have"
              .formatted(tag >>> 3, wire));
    }
    if (wire == GROUP_END) {
      throw fail("the end of a group that did not begin");
    }
    return true;
  }

  /// A reader at the same place.
  WireReader copy() {
    WireReader copy = new WireReader(in, new Range(at, end), depth, where);
    copy.fieldAt = fieldAt;
    copy.field = field;
    copy.wire = wire;
    return copy;
  }

  /// Whether anything is left of the message.
  boolean hasMore() {
    return at < end;
  }

  int field() {
    return field;
  }

  int wire() {
    return wire;
  }

  /// Whether the current field is `number` with the wire type `type`.
  boolean is(int number, int type) {
    return field == number && wire == type;
  }

  /// Where the current field begins.
  Where here() {
    return where.at(fieldAt);
  }

  CheckpointException fail(String problem) {
    return new CheckpointException(here(), problem + "; the file is damaged or no ONNX model");
  }

  long varint() throws IOException {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (at == end) {
        throw fail("a number that is cut off");
      }
      int b = in.at(at++);
      value |= (long) (b & 0x7F) << (7 * i);
      if (b < 0x80) {
        if (i == LONGEST_VARINT - 1 && b > 1) {
          throw fail("a number of more than 64 bits");
        }
        return value;
      }
    }
    throw fail("a number of more than 10 bytes");
  }

  /// The bytes of a number, which is thereby skipped.
  Range varintBytes() throws IOException {
    long from = at;
    varint();
    return new Range(from, at);
  }

  /// The content of a field of wire type 2, which is thereby skipped.
  Range bytes() throws IOException {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw fail(
          "a field of %s bytes, %d are left".formatted(Long.toUnsignedString(length), end - at));
    }
    Range range = new Range(at, at + length);
    at += length;
    return range;
  }

  /// The value of a field of a fixed size, which is thereby skipped.
  Range fixed(int size) throws CheckpointException {
    if (size > end - at) {
      throw fail("a field of %d bytes, %d are left".formatted(size, end - at));
    }
    at += size;
    return new Range(at - size, at);
  }

  /// A reader of the message in `range`.
  ///
  /// @param path what the message is, for messages of another kind
  WireReader message(Range range, String path) throws CheckpointException {
    if (depth == DEEPEST) {
      throw fail("messages nested more than 100 levels deep");
    }
    return new WireReader(in, range, depth + 1, where.entry(path));
  }

  /// Skips the current field.
  ///
  /// @return its bytes, the tag included
  Range skip() throws IOException {
    long from = fieldAt;
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> fixed(8);
      case BYTES -> bytes();
      case FIXED32 -> fixed(4);
      default -> skipGroup(field);
    }
    return new Range(from, at);
  }

  /// Groups may be nested, so their numbers are kept on a stack of limited size.
  private void skipGroup(int number) throws IOException {
    int[] open = new int[DEEPEST];
    int count = 0;
    open[count++] = number;
    while (count > 0) {
      long tag = varint();
      int inner = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case VARINT -> varint();
        case FIXED64 -> fixed(8);
        case BYTES -> bytes();
        case FIXED32 -> fixed(4);
        case GROUP -> {
          if (count + depth >= DEEPEST) {
            throw fail("groups nested more than 100 levels deep");
          }
          open[count++] = inner;
        }
        case GROUP_END -> {
          if (open[--count] != inner) {
            throw fail("a group %d that ends as group %d".formatted(open[count], inner));
          }
        }
        default -> throw fail("a field of wire type 6 or 7, which protobuf does not have");
      }
    }
  }
}
