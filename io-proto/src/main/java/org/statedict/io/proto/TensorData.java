package org.statedict.io.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Where the elements of a tensor lie in a model: the pieces of its data field, by number.
///
/// Numbers may be packed in one run, in several, or stand one by one; all of this may be mixed.
final class TensorData {
  static final int FLOATS = 4;
  static final int INT32S = 5;
  static final int STRINGS = 6;
  static final int INT64S = 7;
  static final int RAW = 9;
  static final int DOUBLES = 10;
  static final int UINT64S = 11;

  private final List<Range> pieces = new ArrayList<>();
  private int field;
  private boolean several;

  static boolean isData(int field) {
    return switch (field) {
      case FLOATS, INT32S, STRINGS, INT64S, RAW, DOUBLES, UINT64S -> true;
      default -> false;
    };
  }

  /// Takes in the current field of `in`, which is one of data.
  void add(WireReader in) throws IOException {
    Range piece = piece(in);
    boolean counts = in.field() == STRINGS || (in.field() == RAW && (field == 0 || field == RAW));
    if (piece.size() == 0 && !counts) {
      return;
    }
    several |= field != 0 && field != in.field();
    field = in.field();
    if (field == RAW) {
      pieces.clear(); // of a field that is not repeated the last one counts
    }
    pieces.add(piece);
  }

  private static Range piece(WireReader in) throws IOException {
    int wire = in.wire();
    if (wire == WireReader.BYTES) {
      return in.bytes();
    }
    return switch (in.field()) {
      case FLOATS -> fixed(in, wire == WireReader.FIXED32, 4);
      case DOUBLES -> fixed(in, wire == WireReader.FIXED64, 8);
      case INT32S, INT64S, UINT64S -> varint(in);
      default -> throw in.fail("data of wire type " + wire);
    };
  }

  private static Range fixed(WireReader in, boolean right, int size) throws IOException {
    if (!right) {
      throw in.fail("data of wire type " + in.wire());
    }
    return in.fixed(size);
  }

  private static Range varint(WireReader in) throws IOException {
    if (in.wire() != WireReader.VARINT) {
      throw in.fail("data of wire type " + in.wire());
    }
    return in.varintBytes();
  }

  /// The number of the data field; 0 if there is none.
  int field() {
    return field;
  }

  /// Whether more than one data field is there.
  boolean isAmbiguous() {
    return several;
  }

  List<Range> pieces() {
    return pieces;
  }

  long byteSize() {
    return pieces.stream().mapToLong(Range::size).sum();
  }
}
