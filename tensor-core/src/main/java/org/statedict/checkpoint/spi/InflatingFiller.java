package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.Storage.Filler;

/// Inflates a deflated zip entry in bounded memory. Reading forward goes on where it stopped;
/// reading backward begins again.
final class InflatingFiller implements Filler {
  private static final int PIECE = 1 << 16;

  private final Source source;
  private final ZipEntryInfo entry;
  private final Where where;
  private final boolean verified;
  private final byte[] compressed = new byte[PIECE];
  private final byte[] inflated = new byte[PIECE];
  private final CRC32 crc = new CRC32();
  private Inflater inflater = new Inflater(true);
  private long taken;
  private long made;

  InflatingFiller(Source source, ZipEntryInfo entry, Where where, boolean verified) {
    this.source = source;
    this.entry = entry;
    this.where = where;
    this.verified = verified;
  }

  @Override
  public synchronized void fill(long at, MemorySegment dst) throws IOException {
    if (at < made || taken == 0) {
      restart();
    }
    while (made < at) {
      inflate((int) Math.min(PIECE, at - made));
    }
    for (long done = 0; done < dst.byteSize(); ) {
      int count = inflate((int) Math.min(PIECE, dst.byteSize() - done));
      MemorySegment.copy(MemorySegment.ofArray(inflated), 0, dst, done, count);
      done += count;
    }
    if (made == entry.size()) {
      finish();
    }
  }

  private void restart() {
    inflater.end();
    inflater = new Inflater(true);
    crc.reset();
    taken = 0;
    made = 0;
  }

  /// Inflates up to `wanted` bytes, at least one.
  private int inflate(int wanted) throws IOException {
    try {
      int count = 0;
      while (count == 0) {
        feed();
        count = inflater.inflate(inflated, 0, wanted);
        if (count == 0 && (inflater.finished() || inflater.needsDictionary())) {
          throw fail("inflates to %d bytes, the archive records %d".formatted(made, entry.size()));
        }
      }
      crc.update(inflated, 0, count);
      made += count;
      return count;
    } catch (DataFormatException e) {
      throw new CheckpointException(where, "is not deflated data; the file is damaged", e);
    }
  }

  private void feed() throws IOException {
    if (!inflater.needsInput()) {
      return;
    }
    int size = (int) Math.min(PIECE, entry.compressedSize() - taken);
    if (size == 0) {
      throw fail("ends before it is inflated to %d bytes".formatted(entry.size()));
    }
    source.read(entry.dataOffset() + taken, MemorySegment.ofArray(compressed).asSlice(0, size));
    taken += size;
    inflater.setInput(compressed, 0, size);
  }

  /// The end must be the end: nothing more comes out, and all that went in was used.
  private void finish() throws IOException {
    try {
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          feed();
        }
        if (inflater.inflate(inflated, 0, 1) > 0) {
          throw fail("inflates to more than the %d bytes that the archive records".formatted(made));
        }
      }
    } catch (DataFormatException e) {
      throw new CheckpointException(where, "is not deflated data; the file is damaged", e);
    }
    if (taken - inflater.getRemaining() != entry.compressedSize()) {
      throw fail("has bytes behind its deflated data");
    }
    if (verified && (int) crc.getValue() != entry.crc()) {
      throw ZipContent.mismatch(where, crc, entry.crc());
    }
    restart();
  }

  private CheckpointException fail(String problem) {
    return new CheckpointException(where, problem + "; the file is damaged or hostile");
  }
}
