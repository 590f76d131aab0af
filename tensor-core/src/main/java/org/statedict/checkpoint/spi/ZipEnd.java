package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Source;

/// The records at the end of a zip archive: where its directory lies.
///
/// @param directoryOffset where the directory begins
/// @param directorySize its length in bytes
/// @param entries the number of members it lists
record ZipEnd(long directoryOffset, long directorySize, long entries) {
  private static final int END = 0x06054B50;
  private static final int LOCATOR = 0x07064B50;
  private static final int ZIP64_END = 0x06064B50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final int ZIP64_END_SIZE = 56;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final long MAX32 = 0xFFFFFFFFL;

  /// Finds the one end record whose comment reaches exactly to the end of the file.
  ///
  /// @throws CheckpointException if there is none, more than one, or its numbers contradict each
  ///   other
  static ZipEnd find(Source source) throws IOException {
    Where where = Where.in(source.name());
    long from = Math.max(0, source.size() - END_SIZE - LONGEST_COMMENT);
    ByteBuffer tail = bytes(source, from, (int) (source.size() - from));
    List<Integer> found = new ArrayList<>();
    for (int at = tail.limit() - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END
          && at + END_SIZE + Short.toUnsignedInt(tail.getShort(at + 20)) == tail.limit()) {
        found.add(at);
      }
    }
    if (found.size() != 1) {
      throw new CheckpointException(
          where,
          found.isEmpty()
              ? "no end of a zip archive at the end of the file; the file is cut short, or has bytes"
                  + " appended; fetch it again"
              : "several ends of a zip archive at the end of the file; which archive is meant is"
                  + " ambiguous");
    }
    return read(source, where, tail.slice(found.getFirst(), END_SIZE), from + found.getFirst());
  }

  private static ByteBuffer bytes(Source source, long at, int length) throws IOException {
    return ByteBuffer.wrap(source.bytes(at, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ZipEnd read(Source source, Where where, ByteBuffer slice, long at)
      throws IOException {
    ByteBuffer record = slice.order(ByteOrder.LITTLE_ENDIAN);
    int disks = record.getInt(4);
    int here = Short.toUnsignedInt(record.getShort(8));
    int entries = Short.toUnsignedInt(record.getShort(10));
    long size = Integer.toUnsignedLong(record.getInt(12));
    long offset = Integer.toUnsignedLong(record.getInt(16));
    if (disks != 0 || here != entries) {
      throw new CheckpointException(where.at(at), "a zip archive in several parts; refused");
    }
    ZipEnd end = new ZipEnd(offset, size, entries);
    long directoryEnd = at;
    ByteBuffer locator = at < LOCATOR_SIZE ? null : bytes(source, at - LOCATOR_SIZE, LOCATOR_SIZE);
    if (locator != null && locator.getInt(0) == LOCATOR) {
      directoryEnd = locator.getLong(8);
      end = zip64(source, where.at(at - LOCATOR_SIZE), directoryEnd, at - LOCATOR_SIZE, end);
    }
    if (end.directoryOffset < 0
        || end.directorySize < 0
        || end.directoryOffset > directoryEnd
        || end.directorySize != directoryEnd - end.directoryOffset) {
      throw new CheckpointException(
          where.at(at),
          "the directory of %d bytes at %d does not end where the end record begins, at %d; the file"
                  .formatted(end.directorySize, end.directoryOffset, directoryEnd)
              + " is damaged, or one archive hangs behind another");
    }
    return end;
  }

  private static ZipEnd zip64(Source source, Where where, long at, long locatorAt, ZipEnd small)
      throws IOException {
    if (at < 0 || at > locatorAt - ZIP64_END_SIZE) {
      throw new CheckpointException(where, "a zip64 locator that points outside the file");
    }
    ByteBuffer record = bytes(source, at, ZIP64_END_SIZE);
    long length = record.getLong(4);
    if (record.getInt(0) != ZIP64_END || length != locatorAt - at - 12) {
      throw new CheckpointException(where, "a zip64 locator that points at no zip64 end record");
    }
    ZipEnd big = new ZipEnd(record.getLong(48), record.getLong(40), record.getLong(32));
    boolean agree =
        agrees(small.entries, big.entries, 0xFFFF)
            && agrees(small.directorySize, big.directorySize, MAX32)
            && agrees(small.directoryOffset, big.directoryOffset, MAX32)
            && record.getLong(24) == big.entries;
    if (!agree) {
      throw new CheckpointException(
          where, "the zip64 end record and the end record contradict each other; refused");
    }
    return big;
  }

  private static boolean agrees(long small, long big, long saturated) {
    return small == big || small == saturated;
  }
}
