package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.Storage.Filler;

/// Reads a stored zip entry and verifies its checksum: on the way when it is read front to back, by
/// a pass of its own when reading begins elsewhere.
final class VerifyingFiller implements Filler {
  private static final int PIECE = 1 << 18;

  private final Source source;
  private final ZipEntryInfo entry;
  private final Where where;
  private final CRC32 crc = new CRC32();
  private long next;
  private boolean verified;

  VerifyingFiller(Source source, ZipEntryInfo entry, Where where) {
    this.source = source;
    this.entry = entry;
    this.where = where;
  }

  @Override
  public synchronized void fill(long at, MemorySegment dst) throws IOException {
    if (!verified && at != next) {
      verifyAll();
    }
    source.read(entry.dataOffset() + at, dst);
    if (!verified) {
      update(dst);
    }
  }

  /// Checksums only ever see memory of our own: over a mapping that has shrunk they kill the JVM.
  private void update(MemorySegment copied) throws IOException {
    sum(copied);
    next += copied.byteSize();
    if (next == entry.size()) {
      verified = (int) crc.getValue() == entry.crc();
      if (!verified) {
        throw ZipContent.mismatch(where, crc, entry.crc());
      }
    }
  }

  private void sum(MemorySegment copied) {
    if (copied.isNative() || copied.heapBase().orElse(null) instanceof byte[]) {
      crc.update(copied.asByteBuffer());
      return;
    }
    byte[] piece = new byte[(int) Math.min(PIECE, copied.byteSize())];
    for (long at = 0; at < copied.byteSize(); at += piece.length) {
      int size = (int) Math.min(piece.length, copied.byteSize() - at);
      MemorySegment.copy(copied, at, MemorySegment.ofArray(piece), 0, size);
      crc.update(piece, 0, size);
    }
  }

  private void verifyAll() throws IOException {
    crc.reset();
    next = 0;
    byte[] piece = new byte[(int) Math.min(PIECE, entry.size())];
    while (next < entry.size()) {
      MemorySegment part =
          MemorySegment.ofArray(piece).asSlice(0, Math.min(PIECE, entry.size() - next));
      source.read(entry.dataOffset() + next, part);
      update(part);
    }
  }
}
