package org.statedict.io.hdf5;

import io.jhdf.Superblock;
import io.jhdf.storage.HdfBackingStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/// The bytes that jHDF's chunk indexes see: every read is checked, and the number of reads is
/// bounded by the size of the file, so that neither a made-up size nor a loop gets far.
final class CheckedStorage implements HdfBackingStorage {
  private static final long FREE_READS = 1_000;
  private static final long BYTES_PER_READ = 16;

  private final Hdf5Bytes file;
  private long reads;

  CheckedStorage(Hdf5Bytes file) {
    this.file = file;
  }

  @Override
  public ByteBuffer readBufferFromAddress(long address, int length) {
    try {
      if (++reads > FREE_READS + file.size() / BYTES_PER_READ) {
        throw new IllegalStateException("more reads than the file can need");
      }
      byte[] bytes = file.fields(address, length, "chunk index").bytes(length);
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ByteBuffer map(long address, long length) {
    return readBufferFromAddress(address, Math.toIntExact(length));
  }

  @Override
  public ByteBuffer mapNoOffset(long address, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long getUserBlockSize() {
    return 0;
  }

  /// One with the widths of 8 bytes that were checked.
  @Override
  public Superblock getSuperblock() {
    return new Superblock.SuperblockV2V3(0, file.size());
  }

  @Override
  public FileChannel getFileChannel() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getSizeOfOffsets() {
    return Long.BYTES;
  }

  @Override
  public int getSizeOfLengths() {
    return Long.BYTES;
  }

  @Override
  public void close() {
    // the file is closed by the checkpoint
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public boolean inMemory() {
    return false;
  }
}
