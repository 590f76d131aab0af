package org.statedict.io.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;

/// The operands of a pickle's opcodes; every length is checked against what is left.
final class PickleInput {
  private final byte[] data;
  private final ByteBuffer numbers;
  private final Where where;
  private int at;
  private int opcodeAt;

  PickleInput(byte[] data, int from, Where where) {
    this.data = data;
    this.numbers = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
    this.at = from;
  }

  int position() {
    return at;
  }

  /// Where the current opcode stands.
  int opcodeOffset() {
    return opcodeAt;
  }

  int remaining() {
    return data.length - at;
  }

  int opcode() throws CheckpointException {
    opcodeAt = at;
    if (at == data.length) {
      throw fail("the pickle ends without STOP; the file is cut short or damaged");
    }
    return data[at++] & 0xFF;
  }

  CheckpointException fail(String problem) {
    return new CheckpointException(where.at(opcodeAt), problem);
  }

  private int take(long length) throws CheckpointException {
    if (length < 0 || length > remaining()) {
      throw fail(
          "an operand of %s bytes, %d are left; the file is cut short or damaged"
              .formatted(Long.toUnsignedString(length), remaining()));
    }
    int from = at;
    at += (int) length;
    return from;
  }

  int u8() throws CheckpointException {
    return data[take(1)] & 0xFF;
  }

  int u16() throws CheckpointException {
    return numbers.getShort(take(2)) & 0xFFFF;
  }

  int i32() throws CheckpointException {
    return numbers.getInt(take(4));
  }

  long u32() throws CheckpointException {
    return Integer.toUnsignedLong(i32());
  }

  long i64() throws CheckpointException {
    return numbers.getLong(take(8));
  }

  /// Eight bytes, the most significant one first.
  long bigEndian64() throws CheckpointException {
    return Long.reverseBytes(i64());
  }

  byte[] bytes(long length) throws CheckpointException {
    int from = take(length);
    return Arrays.copyOfRange(data, from, from + (int) length);
  }

  /// UTF-8 with unpaired surrogates in three bytes, as Python writes them.
  String utf8(long length) throws CheckpointException {
    int from = take(length);
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(data, from, (int) length));
      return text.toString();
    } catch (CharacterCodingException e) {
      return surrogates(from, (int) length);
    }
  }

  private String surrogates(int from, int length) throws CheckpointException {
    StringBuilder text = new StringBuilder();
    int end = from + length;
    for (int i = from; i < end; ) {
      int first = data[i] & 0xFF;
      int count = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      if (first == 0xED && i + 3 <= end && (data[i + 1] & 0xE0) == 0xA0 && isTail(i + 2)) {
        text.append((char) (0xD000 | ((data[i + 1] & 0x3F) << 6) | (data[i + 2] & 0x3F)));
      } else {
        text.append(strict(i, Math.min(count, end - i)));
      }
      i += count;
    }
    return text.toString();
  }

  private boolean isTail(int index) {
    return (data[index] & 0xC0) == 0x80;
  }

  private CharBuffer strict(int from, int length) throws CheckpointException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, from, length));
    } catch (CharacterCodingException e) {
      throw fail("a string that is not UTF-8 at byte %d; the file is damaged".formatted(from));
    }
  }

  /// The bytes up to the next line feed, which is skipped.
  byte[] line() throws CheckpointException {
    int from = at;
    while (at < data.length && data[at] != '\n') {
      at++;
    }
    if (at == data.length) {
      throw fail("a text operand without its end; the file is cut short or damaged");
    }
    return Arrays.copyOfRange(data, from, at++);
  }

  /// A line of ASCII.
  String asciiLine() throws CheckpointException {
    byte[] line = line();
    for (byte b : line) {
      if (b < ' ' || b == 0x7F) {
        throw fail("a text operand with byte 0x%02x; the file is damaged".formatted(b));
      }
    }
    return new String(line, StandardCharsets.US_ASCII);
  }

  /// A line of UTF-8.
  String nameLine() throws CheckpointException {
    int from = at;
    int length = line().length;
    int after = at;
    at = from;
    String name = utf8(length);
    at = after;
    return name;
  }
}
