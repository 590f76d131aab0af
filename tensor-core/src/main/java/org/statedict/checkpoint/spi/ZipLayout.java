package org.statedict.checkpoint.spi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where everything lies in a zip archive that PyTorch's writer would make of these members: stored
/// entries, data aligned by a padding field, data descriptors, zip64 records at the end.
///
/// | part | bytes |
/// | --- | --- |
/// | local header | 30, the name, a zip64 field where needed, a field `FB` of `Z`s up to the alignment |
/// | data | the member |
/// | descriptor | 16, or 24 in zip64; none after an empty member |
/// | directory | for each member 46, its name, a zip64 field where needed |
/// | end | zip64 record 56, zip64 locator 20, end record 22 |
///
/// The layout is that of PyTorch 2.13, `torch/csrc` and its bundled miniz. All numbers are known
/// before a byte is written, except the checksums.
public final class ZipLayout {
  static final int LOCAL_HEADER = 30;
  static final int DIRECTORY_HEADER = 46;
  static final int END_RECORDS = 56 + 20 + 22;
  static final long SATURATED = 0xFFFFFFFFL;

  private final List<Entry> entries;
  private final long directoryOffset;
  private final long directorySize;

  /// A member of the archive to be laid out.
  ///
  /// @param size the number of its bytes
  public record Member(String name, long size) {}

  /// A member in its place.
  ///
  /// @param headerOffset where its local header begins
  /// @param padding the number of padding bytes in its local header
  /// @param dataOffset where its bytes begin
  public record Entry(String name, long size, long headerOffset, int padding, long dataOffset) {
    byte[] nameBytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }

    boolean isBig() {
      return size >= SATURATED;
    }

    boolean isFar() {
      return headerOffset >= SATURATED;
    }

    /// The bytes of the zip64 field in the local header, its own head included; 0 without one.
    int localZip64() {
      return zip64(isBig() ? 16 : 0);
    }

    /// The bytes of the zip64 field in the directory.
    int directoryZip64() {
      return zip64(isBig() ? 16 : 0);
    }

    private int zip64(int sizes) {
      int content = sizes + (isFar() ? 8 : 0);
      return content == 0 ? 0 : 4 + content;
    }

    int descriptor() {
      return size == 0 ? 0 : isBig() || isFar() ? 24 : 16;
    }

    long end() {
      return dataOffset + size + descriptor();
    }
  }

  private ZipLayout(List<Entry> entries, long directoryOffset, long directorySize) {
    this.entries = List.copyOf(entries);
    this.directoryOffset = directoryOffset;
    this.directorySize = directorySize;
  }

  /// Lays out `members` in their order, the data of each at a multiple of `alignment`.
  ///
  /// @throws IllegalArgumentException if `alignment` is not in 1..65535
  public static ZipLayout of(List<Member> members, int alignment) {
    if (alignment < 1 || alignment > 0xFFFF) {
      throw new IllegalArgumentException("alignment " + alignment + " is not in 1..65535");
    }
    List<Entry> entries = new ArrayList<>();
    long at = 0;
    long directory = 0;
    for (Member member : members) {
      Entry entry = place(member, at, alignment);
      entries.add(entry);
      at = entry.end();
      directory += DIRECTORY_HEADER + entry.nameBytes().length + entry.directoryZip64();
    }
    return new ZipLayout(entries, at, directory);
  }

  private static Entry place(Member member, long at, int alignment) {
    Entry loose = new Entry(member.name, member.size, at, 0, 0);
    long start = at + LOCAL_HEADER + loose.nameBytes().length + loose.localZip64() + 4;
    int padding = (int) Math.floorMod(-start, (long) alignment);
    return new Entry(member.name, member.size, at, padding, start + padding);
  }

  public List<Entry> entries() {
    return entries;
  }

  long directoryOffset() {
    return directoryOffset;
  }

  long directorySize() {
    return directorySize;
  }

  /// The size of the whole archive.
  public long size() {
    return directoryOffset + directorySize + END_RECORDS;
  }
}
