package org.statedict.checkpoint.spi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.Storage.Filler;

/// Reads the bytes of zip entries, inflated within bounds and with their checksums verified.
public final class ZipContent {
  private static final long RATIO_FREE = 1 << 20;
  private static final int PIECE = 1 << 20;

  private final Source source;
  private final LoadOptions options;

  public ZipContent(Source source, LoadOptions options) {
    this.source = source;
    this.options = options;
  }

  /// All bytes of an entry.
  ///
  /// @param limit what bounds their number
  /// @throws CheckpointException if the entry is damaged, or beyond a limit
  public byte[] bytes(ZipEntryInfo entry, Limit limit) throws IOException {
    options.limits().check(limit, entry.size(), where(entry));
    requireRatio(entry, Limit.ZIP_RATIO);
    Filler filler = filler(entry);
    ByteArrayOutputStream all = new ByteArrayOutputStream((int) Math.min(entry.size(), PIECE));
    byte[] piece = new byte[(int) Math.min(entry.size(), PIECE)];
    for (long at = 0; at < entry.size(); at += piece.length) {
      int size = (int) Math.min(piece.length, entry.size() - at);
      filler.fill(at, MemorySegment.ofArray(piece).asSlice(0, size));
      all.write(piece, 0, size);
    }
    return all.toByteArray();
  }

  /// A reader of an entry's bytes, cheapest from front to back.
  public Filler filler(ZipEntryInfo entry) {
    return entry.deflated()
        ? new InflatingFiller(source, entry, where(entry), isVerified(entry))
        : isVerified(entry)
            ? new VerifyingFiller(source, entry, where(entry))
            : (at, dst) -> source.read(entry.dataOffset() + at, dst);
  }

  /// Checks that an entry's declared size is in proportion to its bytes in the file.
  ///
  /// @throws CheckpointException if it is not
  public void requireRatio(ZipEntryInfo entry, Limit limit) throws CheckpointException {
    long most =
        Math.multiplyHigh(entry.compressedSize(), options.limits().get(limit)) != 0
            ? Long.MAX_VALUE
            : entry.compressedSize() * options.limits().get(limit);
    if (entry.size() > RATIO_FREE && entry.size() > most) {
      throw options
          .limits()
          .exceeded(
              limit,
              "%d bytes out of %d".formatted(entry.size(), entry.compressedSize()),
              where(entry));
    }
  }

  private boolean isVerified(ZipEntryInfo entry) {
    return options.checksums() == LoadOptions.Checksums.VERIFY && entry.crc() != 0;
  }

  private Where where(ZipEntryInfo entry) {
    return Where.in(source.name()).entry(Escapes.visible(entry.name()));
  }

  /// The refusal of an entry whose bytes do not have the checksum that the archive records.
  static CheckpointException mismatch(Where where, CRC32 found, int recorded) {
    return new CheckpointException(
        where,
        "checksum %08x, the archive records %08x; the file is damaged, fetch it again"
            .formatted(found.getValue(), recorded));
  }
}
