package org.statedict.io.hdf5;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;

/// A cursor over the little-endian fields of one structure.
final class Fields {
  private final byte[] data;
  private final Where where;
  private final long origin;
  private int at;

  /// @param origin the offset of the first byte in the file, for messages
  Fields(byte[] data, Where where, long origin) {
    this.data = data;
    this.where = where;
    this.origin = origin;
  }

  /// The same fields from their beginning.
  Fields again() {
    return new Fields(data, where, origin);
  }

  int position() {
    return at;
  }

  int remaining() {
    return data.length - at;
  }

  int u1() throws CheckpointException {
    return (int) unsigned(1);
  }

  int u2() throws CheckpointException {
    return (int) unsigned(2);
  }

  long u4() throws CheckpointException {
    return unsigned(4);
  }

  /// A 4-byte number that has to fit an int, such as the size of an element.
  int int4(String what) throws CheckpointException {
    long value = u4();
    if (value > Integer.MAX_VALUE) {
      throw fail("%s of %d is larger than is possible".formatted(what, value));
    }
    return (int) value;
  }

  /// An address: 8 bytes, all ones for what is not there.
  long address() throws CheckpointException {
    return unsigned(Long.BYTES);
  }

  /// A length or count of 8 bytes.
  long length() throws CheckpointException {
    return sized(Long.BYTES);
  }

  /// A length of `width` bytes.
  long sized(int width) throws CheckpointException {
    long value = unsigned(width);
    if (value < 0) {
      throw fail("a length of %s, no file is so long".formatted(Long.toUnsignedString(value)));
    }
    return value;
  }

  private long unsigned(int width) throws CheckpointException {
    need(width);
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = (value << 8) | (data[at + i] & 0xFF);
    }
    at += width;
    return value;
  }

  byte[] bytes(long count) throws CheckpointException {
    need(count);
    byte[] part = Arrays.copyOfRange(data, at, at + (int) count);
    at += (int) count;
    return part;
  }

  /// The next `count` bytes as fields of their own.
  Fields part(long count) throws CheckpointException {
    long from = origin + at;
    return new Fields(bytes(count), where, from);
  }

  /// The bytes up to a NUL, which is skipped.
  byte[] untilNul() throws CheckpointException {
    int end = at;
    while (end < data.length && data[end] != 0) {
      end++;
    }
    if (end == data.length) {
      throw fail("a name without an end");
    }
    byte[] name = bytes(end - at);
    at++;
    return name;
  }

  void skip(long count) throws CheckpointException {
    need(count);
    at += (int) count;
  }

  /// The next `count` bytes as text.
  String utf8(long count) throws CheckpointException {
    return decoded(bytes(count));
  }

  /// The text up to a NUL, which is skipped.
  String utf8UntilNul() throws CheckpointException {
    return decoded(untilNul());
  }

  /// Bytes of this structure, or that it refers to, as text.
  String decoded(byte[] text) throws CheckpointException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw fail("a name that is not UTF-8");
    }
  }

  /// The bytes that a field needs for numbers up to `largest`.
  static int widthOf(long largest) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(largest) + 7) / 8);
  }

  /// Skips to a multiple of 8 from `start` on, as old structures pad.
  void pad(int start) throws CheckpointException {
    skip(-(at - start) & 7);
  }

  /// Checks the four letters by which a structure is known.
  void signature(String expected) throws CheckpointException {
    for (int i = 0; i < expected.length(); i++) {
      if (u1() != expected.charAt(i)) {
        throw fail("does not begin with '" + expected + "'; the file is damaged");
      }
    }
  }

  /// Checks a version against the only known one.
  void version(int known) throws CheckpointException {
    int found = u1();
    if (found != known) {
      throw fail("version %d, only %d is known".formatted(found, known));
    }
  }

  /// Checks the checksum in the last four bytes over all bytes before it.
  void checksum() throws CheckpointException {
    int end = data.length - Integer.BYTES;
    if (end < 0) {
      throw fail("too short for its checksum");
    }
    int recorded = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      recorded = (recorded << 8) | (data[end + i] & 0xFF);
    }
    int computed = Checksum.of(data, end);
    if (computed != recorded) {
      throw new CheckpointException(
          where.at(origin),
          "checksum %08x, the file records %08x; it is damaged, fetch it again"
              .formatted(computed, recorded));
    }
  }

  private void need(long count) throws CheckpointException {
    if (count < 0 || count > remaining()) {
      throw fail("ends where %d more bytes are needed".formatted(count));
    }
  }

  CheckpointException fail(String problem) {
    return new CheckpointException(where.at(origin + at), problem);
  }
}
