package org.statedict.io.hdf5;

import java.io.IOException;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.Source;

/// The bytes of an HDF5 file by address; addresses count from the superblock, behind a user block.
///
/// Every read is checked against the end that the superblock states. Small reads go through one
/// page, since the structures of a file lie close together.
final class Hdf5Bytes {
  /// The address of what is not there.
  static final long UNDEFINED = -1;

  private static final int PAGE = 1 << 16;

  private final Source source;
  private final Limits limits;
  private final long base;
  private final long size;
  private long pageAt = -1;
  private byte[] page = new byte[0];

  /// @param base where the superblock lies
  /// @param end the end of the file as the superblock states it, from the file's beginning
  Hdf5Bytes(Source source, Limits limits, long base, long end) {
    this.source = source;
    this.limits = limits;
    this.base = base;
    this.size = end - base;
  }

  Source source() {
    return source;
  }

  Limits limits() {
    return limits;
  }

  /// The number of addresses.
  long size() {
    return size;
  }

  Where where() {
    return Where.in(source.name());
  }

  /// The offset in the source of an address that was checked.
  long offset(long address) {
    return base + address;
  }

  /// Checks that `length` bytes from `address` on are in the file.
  void require(long address, long length, String what) throws CheckpointException {
    if (address < 0 || length < 0 || address > size || length > size - address) {
      throw new CheckpointException(
          where(),
          "%s: %s bytes at address %s, the file has %d; it is damaged or cut short"
              .formatted(
                  what, Long.toUnsignedString(length), Long.toUnsignedString(address), size));
    }
  }

  /// Reads a structure.
  ///
  /// @param what its name, for messages
  Fields fields(long address, long length, String what) throws IOException {
    require(address, length, what);
    limits.check(Limit.HEADER_BYTES, length, where().entry(what));
    return new Fields(bytes(address, (int) length), where().entry(what), offset(address));
  }

  private synchronized byte[] bytes(long address, int length) throws IOException {
    if (length > PAGE) {
      return source.bytes(offset(address), length);
    }
    if (pageAt < 0 || address < pageAt || address + length > pageAt + page.length) {
      page = source.bytes(offset(address), (int) Math.min(PAGE, size - address));
      pageAt = address;
    }
    byte[] part = new byte[length];
    System.arraycopy(page, (int) (address - pageAt), part, 0, length);
    return part;
  }
}
