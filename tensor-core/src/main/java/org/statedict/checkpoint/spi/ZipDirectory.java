package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.Source;

/// The strict reader of a zip archive's structures.
///
/// Zip libraries hide what a careful reader must see: two directories, two entries of one name, a
/// local header that tells another story than the directory. All of that is compared here and
/// refused, before a byte of any entry is read. Opening reads the directory and the local headers.
public final class ZipDirectory {
  private static final int CENTRAL = 0x02014B50;
  private static final int CENTRAL_SIZE = 46;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int REFUSED_FLAGS = 0x2061;
  private static final int UTF8 = 0x0800;
  private static final long MAX32 = 0xFFFFFFFFL;
  private static final Charset CP437 =
      Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;

  private final Source source;
  private final Limits limits;
  private final SequencedMap<String, ZipEntryInfo> entries = new LinkedHashMap<>();

  private ZipDirectory(Source source, Limits limits) {
    this.source = source;
    this.limits = limits;
  }

  /// Reads and checks the structures of an archive.
  ///
  /// @throws CheckpointException if they are damaged, ambiguous or beyond a limit
  public static ZipDirectory read(Source source, Limits limits) throws IOException {
    ZipEnd end = ZipEnd.find(source);
    ZipDirectory directory = new ZipDirectory(source, limits);
    directory.readEntries(end);
    directory.requireDisjoint(end);
    return directory;
  }

  /// The entries by name, in the directory's order.
  public SequencedMap<String, ZipEntryInfo> entries() {
    return Collections.unmodifiableSequencedMap(entries);
  }

  private Where where() {
    return Where.in(source.name());
  }

  private CheckpointException fail(String entry, String problem) {
    return new CheckpointException(where(entry), problem);
  }

  private Where where(String entry) {
    return where().entry(Escapes.visible(entry));
  }

  private void readEntries(ZipEnd end) throws IOException {
    limits.check(Limit.ZIP_ENTRIES, end.entries(), where());
    if (end.entries() > end.directorySize() / CENTRAL_SIZE) {
      throw new CheckpointException(
          where().at(end.directoryOffset()),
          "a directory of %d bytes for %d entries".formatted(end.directorySize(), end.entries()));
    }
    limits.check(
        Limit.ZIP_ENTRIES,
        end.directorySize() / (CENTRAL_SIZE + Limit.NAME_BYTES.byDefault()),
        where());
    ByteBuffer all =
        ByteBuffer.wrap(source.bytes(end.directoryOffset(), Math.toIntExact(end.directorySize())))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < end.entries(); i++) {
      readEntry(all, end);
    }
    if (all.hasRemaining()) {
      throw new CheckpointException(
          where().at(end.directoryOffset() + all.position()),
          "%d bytes behind the last entry of the directory".formatted(all.remaining()));
    }
  }

  private void readEntry(ByteBuffer all, ZipEnd end) throws IOException {
    long at = end.directoryOffset() + all.position();
    if (all.remaining() < CENTRAL_SIZE || all.getInt(all.position()) != CENTRAL) {
      throw new CheckpointException(
          where().at(at), "no entry of a zip directory where one is needed");
    }
    ByteBuffer head = all.slice(all.position(), CENTRAL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    int nameLength = Short.toUnsignedInt(head.getShort(28));
    int extraLength = Short.toUnsignedInt(head.getShort(30));
    int commentLength = Short.toUnsignedInt(head.getShort(32));
    if (all.remaining() - CENTRAL_SIZE < nameLength + extraLength + commentLength) {
      throw new CheckpointException(where().at(at), "a zip entry that reaches past the directory");
    }
    byte[] name = new byte[nameLength];
    byte[] extra = new byte[extraLength];
    all.position(all.position() + CENTRAL_SIZE).get(name).get(extra);
    all.position(all.position() + commentLength);
    ZipEntryInfo entry = entry(head, name, extra, end);
    if (entries.put(entry.name(), entry) != null) {
      throw fail(
          entry.name(), "two entries of this name in the archive; which is meant is ambiguous");
    }
  }

  private ZipEntryInfo entry(ByteBuffer head, byte[] rawName, byte[] extra, ZipEnd end)
      throws IOException {
    int flags = Short.toUnsignedInt(head.getShort(8));
    int method = Short.toUnsignedInt(head.getShort(10));
    String name = decode(rawName, flags);
    requirePlain(name, rawName.length);
    if ((flags & REFUSED_FLAGS) != 0) {
      throw fail(name, "is marked as encrypted or patched; refused");
    }
    if (method != STORED && method != DEFLATED) {
      throw fail(
          name, "compression method %d, 0 (stored) and 8 (deflated) are read".formatted(method));
    }
    Zip64Field big = new Zip64Field(extra, name);
    long size = big.take(Integer.toUnsignedLong(head.getInt(24)));
    long compressed = big.take(Integer.toUnsignedLong(head.getInt(20)));
    long offset = big.take(Integer.toUnsignedLong(head.getInt(42)));
    if (size < 0 || compressed < 0 || (method == STORED && size != compressed)) {
      throw fail(name, "sizes %d and %d that cannot be".formatted(compressed, size));
    }
    int crc = head.getInt(16);
    LocalHeader local = LocalHeader.read(source, offset, end.directoryOffset(), where(name));
    local.requireSame(rawName, flags, method, crc, compressed, size);
    if (compressed > end.directoryOffset() - local.dataOffset()) {
      throw fail(name, "%d bytes that reach into the directory".formatted(compressed));
    }
    return new ZipEntryInfo(
        name, method == DEFLATED, compressed, size, crc, flags, offset, local.dataOffset());
  }

  private String decode(byte[] name, int flags) throws CheckpointException {
    if ((flags & UTF8) == 0) {
      return new String(name, CP437);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      throw fail(
          new String(name, StandardCharsets.ISO_8859_1), "a name that is not UTF-8 as it says");
    }
  }

  private void requirePlain(String name, int length) throws CheckpointException {
    limits.check(Limit.NAME_BYTES, length, where());
    boolean rooted = name.startsWith("/") || name.indexOf('\\') >= 0 || name.indexOf(':') == 1;
    boolean climbs = List.of(name.split("/", -1)).contains("..");
    if (name.isEmpty() || rooted || climbs || name.indexOf('\0') >= 0) {
      throw fail(name, "a name that is no path inside the archive; refused");
    }
  }

  private void requireDisjoint(ZipEnd end) throws CheckpointException {
    List<ZipEntryInfo> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(ZipEntryInfo::headerOffset));
    long free = 0;
    for (ZipEntryInfo entry : inOrder) {
      if (entry.headerOffset() < free) {
        throw fail(entry.name(), "shares bytes with another entry; refused");
      }
      long descriptor = entry.hasDescriptor() ? 24 : 0;
      if (entry.headerOffset() > free + descriptor && free > 0) {
        continueOver(entry, free);
      }
      free = entry.end();
    }
    if (free > end.directoryOffset()) {
      throw new CheckpointException(where(), "entries that reach into the directory; refused");
    }
  }

  /// Bytes between two entries belong to nobody; only data read through the directory counts.
  private void continueOver(ZipEntryInfo entry, long free) throws CheckpointException {
    if (entry.headerOffset() - free > source.size()) {
      throw fail(entry.name(), "lies outside the file");
    }
  }

  /// The numbers that did not fit the directory's 32-bit fields, in their order.
  private final class Zip64Field {
    private final ByteBuffer numbers;
    private final String name;

    Zip64Field(byte[] extra, String name) throws CheckpointException {
      this.name = name;
      this.numbers = find(ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN));
    }

    private ByteBuffer find(ByteBuffer extra) throws CheckpointException {
      while (extra.remaining() >= 4) {
        int id = Short.toUnsignedInt(extra.getShort());
        int length = Short.toUnsignedInt(extra.getShort());
        if (length > extra.remaining()) {
          throw fail(name, "an extra field that reaches past its header");
        }
        if (id == 1) {
          return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        }
        extra.position(extra.position() + length);
      }
      return ByteBuffer.allocate(0);
    }

    long take(long small) throws CheckpointException {
      if (small != MAX32) {
        return small;
      }
      if (numbers.remaining() < 8) {
        throw fail(name, "a zip64 field that is too short for what it must hold");
      }
      return numbers.getLong();
    }
  }
}
