package org.statedict.checkpoint.spi;

/// A member of a zip archive, its two headers compared and found equal.
///
/// @param name as the archive spells it
/// @param deflated whether the bytes are deflated rather than stored
/// @param compressedSize the number of bytes in the file
/// @param size the number of bytes of the member itself
/// @param crc its CRC-32; 0 in both headers means that none was recorded
/// @param flags the general purpose flags
/// @param headerOffset where the local header begins
/// @param dataOffset where the bytes begin
public record ZipEntryInfo(
    String name,
    boolean deflated,
    long compressedSize,
    long size,
    int crc,
    int flags,
    long headerOffset,
    long dataOffset) {
  public boolean isFolder() {
    return name.endsWith("/");
  }

  boolean hasDescriptor() {
    return (flags & 8) != 0;
  }

  long end() {
    return dataOffset + compressedSize;
  }
}
