package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.ZipLayout.Entry;

/// Writes the archive of a [ZipLayout] front to back, byte for byte as PyTorch does.
///
/// The members are written in their order: [#begin()], their bytes, [#end()]; then [#finish()].
public final class ZipWriter {
  private static final short ZIP64_FIELD = 1;
  private static final short PADDING_FIELD = 0x4246;
  private static final short FLAGS = 0x0808;
  private static final short FLAGS_OF_EMPTY = 0x0800;
  private static final short MADE_BY = 0x031E;
  private static final short NEEDED = 0x002D;
  private static final int UNSAID = (int) ZipLayout.SATURATED;

  private final ZipLayout layout;
  private final Target.Output output;
  private final CRC32 crc = new CRC32();
  private final List<Integer> crcs = new ArrayList<>();

  public ZipWriter(ZipLayout layout, Target.Output output) {
    this.layout = layout;
    this.output = output;
  }

  /// Writes the local header of the next member.
  public void begin() throws IOException {
    Entry entry = layout.entries().get(crcs.size());
    requirePosition(entry.headerOffset());
    byte[] name = entry.nameBytes();
    int extra = entry.localZip64() + 4 + entry.padding();
    ByteBuffer header = buffer(ZipLayout.LOCAL_HEADER + name.length + extra);
    header.putInt(0x04034B50).putShort((short) 0).putShort(flags(entry)).putShort((short) 0);
    header.putInt(0).putInt(0).putInt(0).putInt(0);
    header.putShort((short) name.length).putShort((short) extra).put(name);
    putLocalZip64(header, entry);
    header.putShort(PADDING_FIELD).putShort((short) entry.padding());
    byte[] padding = new byte[entry.padding()];
    Arrays.fill(padding, (byte) 'Z');
    send(header.put(padding));
    crc.reset();
  }

  /// PyTorch leaves the compressed size 0 here when the size alone is big.
  private static void putLocalZip64(ByteBuffer header, Entry entry) {
    putZip64(header, entry, entry.localZip64(), entry.isFar() ? entry.size() : 0);
  }

  private static void putZip64(ByteBuffer header, Entry entry, int length, long compressed) {
    if (length == 0) {
      return;
    }
    header.putShort(ZIP64_FIELD).putShort((short) (length - 4));
    if (entry.isBig()) {
      header.putLong(entry.size()).putLong(compressed);
    }
    if (entry.isFar()) {
      header.putLong(entry.headerOffset());
    }
  }

  /// Appends bytes of the current member; an array on the heap, since checksums must never touch a
  /// mapped file.
  public void write(byte[] bytes, int length) throws IOException {
    crc.update(bytes, 0, length);
    output.write(MemorySegment.ofArray(bytes).asSlice(0, length));
  }

  /// Ends the current member with its descriptor; returns its CRC-32.
  public int end() throws IOException {
    Entry entry = layout.entries().get(crcs.size());
    requirePosition(entry.dataOffset() + entry.size());
    int sum = (int) crc.getValue();
    crcs.add(sum);
    if (entry.size() > 0) {
      ByteBuffer descriptor = buffer(entry.descriptor()).putInt(0x08074B50).putInt(sum);
      boolean wide = entry.descriptor() == 24;
      send(
          wide
              ? descriptor.putLong(entry.size()).putLong(entry.size())
              : descriptor.putInt((int) entry.size()).putInt((int) entry.size()));
    }
    return sum;
  }

  /// Writes the directory and the records at the end.
  public void finish() throws IOException {
    requirePosition(layout.directoryOffset());
    for (int i = 0; i < layout.entries().size(); i++) {
      send(directoryEntry(layout.entries().get(i), crcs.get(i)));
    }
    send(endRecords());
  }

  private static ByteBuffer directoryEntry(Entry entry, int sum) {
    byte[] name = entry.nameBytes();
    int extra = entry.directoryZip64();
    int size = entry.isBig() ? UNSAID : (int) entry.size();
    ByteBuffer header = buffer(ZipLayout.DIRECTORY_HEADER + name.length + extra);
    header.putInt(0x02014B50).putShort((short) 0).putShort((short) 0).putShort(flags(entry));
    header.putShort((short) 0).putInt(0).putInt(sum).putInt(size).putInt(size);
    header.putShort((short) name.length).putShort((short) extra).putShort((short) 0);
    header.putShort((short) 0).putShort((short) 0).putInt(0);
    header.putInt(entry.isFar() ? UNSAID : (int) entry.headerOffset()).put(name);
    putZip64(header, entry, extra, entry.size());
    return header;
  }

  private ByteBuffer endRecords() {
    long count = layout.entries().size();
    long at = layout.directoryOffset();
    long size = layout.directorySize();
    ByteBuffer end = buffer(ZipLayout.END_RECORDS);
    end.putInt(0x06064B50).putLong(44).putShort(MADE_BY).putShort(NEEDED).putInt(0).putInt(0);
    end.putLong(count).putLong(count).putLong(size).putLong(at);
    end.putInt(0x07064B50).putInt(0).putLong(at + size).putInt(1);
    end.putInt(0x06054B50).putInt(0).putShort(short16(count)).putShort(short16(count));
    return end.putInt(int32(size)).putInt(int32(at)).putShort((short) 0);
  }

  private static short short16(long count) {
    return (short) Math.min(count, 0xFFFF);
  }

  private static int int32(long number) {
    return (int) Math.min(number, ZipLayout.SATURATED);
  }

  private static short flags(Entry entry) {
    return entry.size() == 0 ? FLAGS_OF_EMPTY : FLAGS;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void send(ByteBuffer full) throws IOException {
    output.write(MemorySegment.ofBuffer(full.flip()));
  }

  private void requirePosition(long planned) {
    if (output.position() != planned) {
      throw new IllegalStateException(
          "zip member written to byte %d instead of %d".formatted(output.position(), planned));
    }
  }
}
