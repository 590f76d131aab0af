package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Source;

/// The header in front of a zip entry's bytes, to be compared with the directory's.
final class LocalHeader {
  private static final int SIGNATURE = 0x04034B50;
  private static final int SIZE = 30;
  private static final int USUAL_NAME = 98;
  private static final int DESCRIPTOR = 8;
  private static final int MAX32 = -1;

  private final ByteBuffer head;
  private final byte[] name;
  private final long dataOffset;
  private final Where where;

  private LocalHeader(ByteBuffer head, byte[] name, long dataOffset, Where where) {
    this.head = head;
    this.name = name;
    this.dataOffset = dataOffset;
    this.where = where;
  }

  /// @param directory where the directory begins, which no entry may reach
  /// @param where the place of the entry, for messages
  static LocalHeader read(Source source, long at, long directory, Where where) throws IOException {
    if (at < 0 || at > directory - SIZE) {
      throw problem(
          where, "its header would lie at byte %d, outside the file's data".formatted(at));
    }
    byte[] start = source.bytes(at, SIZE + USUAL_NAME);
    ByteBuffer head = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    if (start.length < SIZE || head.getInt(0) != SIGNATURE) {
      throw problem(where, "no header at byte %d, where the directory says".formatted(at));
    }
    int nameLength = Short.toUnsignedInt(head.getShort(26));
    long data = at + SIZE + nameLength + Short.toUnsignedInt(head.getShort(28));
    if (data > directory) {
      throw problem(where, "its header reaches into the directory");
    }
    byte[] name =
        SIZE + nameLength <= start.length
            ? Arrays.copyOfRange(start, SIZE, SIZE + nameLength)
            : source.bytes(at + SIZE, nameLength);
    return new LocalHeader(head, name, data, where);
  }

  private static CheckpointException problem(Where where, String problem) {
    return new CheckpointException(where, problem);
  }

  long dataOffset() {
    return dataOffset;
  }

  /// Checks that this header tells what the directory tells. Sizes and checksum may be left to the
  /// descriptor behind the data, and sizes to a zip64 field.
  void requireSame(byte[] rawName, int flags, int method, int crc, long compressed, long size)
      throws CheckpointException {
    require(Arrays.equals(name, rawName), "name");
    require(Short.toUnsignedInt(head.getShort(6)) == flags, "flags");
    require(Short.toUnsignedInt(head.getShort(8)) == method, "compression method");
    boolean later = (flags & DESCRIPTOR) != 0;
    require(head.getInt(14) == crc || (later && head.getInt(14) == 0), "checksum");
    require(sameSize(head.getInt(18), compressed, later), "compressed size");
    require(sameSize(head.getInt(22), size, later), "size");
  }

  private static boolean sameSize(int local, long central, boolean later) {
    return Integer.toUnsignedLong(local) == central || local == MAX32 || (later && local == 0);
  }

  private void require(boolean same, String what) throws CheckpointException {
    if (!same) {
      throw problem(
          where,
          "its header and the directory contradict each other about its " + what + "; refused");
    }
  }
}
