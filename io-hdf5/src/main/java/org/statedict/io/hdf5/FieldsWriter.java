package org.statedict.io.hdf5;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Little-endian fields, one behind the other; what [Fields] reads.
final class FieldsWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private FieldsWriter unsigned(long value, int width) {
    for (int i = 0; i < width; i++) {
      out.write((int) (value >>> (Byte.SIZE * i)));
    }
    return this;
  }

  FieldsWriter u1(int value) {
    return unsigned(value, 1);
  }

  FieldsWriter u2(int value) {
    return unsigned(value, 2);
  }

  FieldsWriter u4(long value) {
    return unsigned(value, Integer.BYTES);
  }

  /// An address, a length or a count.
  FieldsWriter u8(long value) {
    return unsigned(value, Long.BYTES);
  }

  FieldsWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /// Bytes as hex digits, which may have spaces between them.
  FieldsWriter hex(String digits) {
    return bytes(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  /// The letters by which a structure is known.
  FieldsWriter signature(String letters) {
    return bytes(letters.getBytes(StandardCharsets.ISO_8859_1));
  }

  FieldsWriter zeros(long count) {
    return bytes(new byte[Math.toIntExact(count)]);
  }

  /// Zeros up to a multiple of 8.
  FieldsWriter pad() {
    return zeros(-size() & 7);
  }

  /// The checksum over everything before it.
  FieldsWriter checksum() {
    byte[] all = toBytes();
    return u4(Checksum.of(all, all.length));
  }

  int size() {
    return out.size();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
