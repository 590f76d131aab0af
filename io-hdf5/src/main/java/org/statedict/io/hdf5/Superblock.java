package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.Arrays;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Source;

/// The first structure of an HDF5 file, which may lie behind a user block of 512, 1024, ... bytes.
///
/// @param base where it lies; addresses count from here
/// @param end where the file ends, from its beginning
/// @param root the address of the root group's header
/// @param consistent whether its last writer closed the file
record Superblock(int version, long base, long end, long root, boolean consistent) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
  private static final int LONGEST = 128;

  /// The bytes of the one that is written.
  static final int SIZE = 48;

  /// The superblock of a file that ends at `end`, of version 2.
  static byte[] bytes(long end, long root) {
    return new FieldsWriter()
        .bytes(SIGNATURE)
        .u1(2)
        .u1(Long.BYTES)
        .u1(Long.BYTES)
        .u1(0)
        .u8(0)
        .u8(Hdf5Bytes.UNDEFINED)
        .u8(end)
        .u8(root)
        .checksum()
        .toBytes();
  }

  /// The offset of the signature, or -1 if there is none.
  static long find(Source source) throws IOException {
    for (long at = 0; at < source.size(); at = at == 0 ? 512 : at * 2) {
      if (Arrays.equals(source.bytes(at, SIGNATURE.length), SIGNATURE)) {
        return at;
      }
    }
    return -1;
  }

  static Superblock read(Source source) throws IOException {
    Where where = Where.in(source.name());
    long base = find(source);
    if (base < 0) {
      throw new CheckpointException(where, "no signature of HDF5; this is no HDF5 file");
    }
    byte[] start = source.bytes(base, LONGEST);
    Fields in = new Fields(start, where.entry("superblock"), base);
    in.skip(SIGNATURE.length);
    int version = in.u1();
    Superblock found =
        switch (version) {
          case 0, 1 -> old(in, version, base);
          case 2, 3 -> current(start, in, version, base, where);
          default -> throw in.fail("version %d, 0 to 3 are known".formatted(version));
        };
    if (found.end > source.size()) {
      throw new CheckpointException(
          where,
          "ends at byte %d, its superblock says %d; the file is cut short, fetch it again"
              .formatted(source.size(), found.end));
    }
    return found;
  }

  private static Superblock old(Fields in, int version, long base) throws CheckpointException {
    in.skip(4);
    requireWidths(in);
    in.skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));
    requireBase(in, base);
    in.skip(Long.BYTES);
    long end = in.length();
    if (in.address() != Hdf5Bytes.UNDEFINED) {
      throw in.fail("a driver block; families of files and split files cannot be read");
    }
    in.skip(Long.BYTES);
    return new Superblock(version, base, end, in.address(), true);
  }

  private static Superblock current(byte[] start, Fields in, int version, long base, Where where)
      throws CheckpointException {
    requireWidths(in);
    boolean consistent = (in.u1() & 5) == 0;
    requireBase(in, base);
    in.skip(Long.BYTES);
    long end = in.length();
    long root = in.address();
    int size = in.position() + Integer.BYTES;
    if (size > start.length) {
      throw in.fail("the file ends in its superblock");
    }
    new Fields(Arrays.copyOf(start, size), where.entry("superblock"), base).checksum();
    return new Superblock(version, base, end, root, consistent);
  }

  private static void requireWidths(Fields in) throws CheckpointException {
    int offsets = in.u1();
    int lengths = in.u1();
    if (offsets != Long.BYTES || lengths != Long.BYTES) {
      throw in.fail(
          "offsets of %d and lengths of %d bytes, only 8 can be read".formatted(offsets, lengths));
    }
  }

  private static void requireBase(Fields in, long base) throws CheckpointException {
    long stated = in.address();
    if (stated != base) {
      throw in.fail(
          "addresses count from byte %s, the superblock lies at %d"
              .formatted(Long.toUnsignedString(stated), base));
    }
  }
}
