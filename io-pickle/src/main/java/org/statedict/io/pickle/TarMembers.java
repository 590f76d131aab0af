package org.statedict.io.pickle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Source;

/// Where the members of PyTorch's tar archives lie. Nothing is extracted, and a member of any other
/// name or type than PyTorch wrote is refused.
///
/// Source of the layout: POSIX.1-1988, "ustar".
final class TarMembers {
  static final int BLOCK = 512;
  static final List<String> KNOWN = List.of("sys_info", "pickle", "tensors", "storages");

  private static final int NAME_LENGTH = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int SUM_AT = 148;
  private static final int SUM_LENGTH = 8;
  private static final int TYPE_AT = 156;
  private static final int PREFIX_AT = 345;

  private final Source source;
  private final Map<String, Member> members = new LinkedHashMap<>();

  private TarMembers(Source source) {
    this.source = source;
  }

  /// The bytes `from` to `end` of the archive.
  record Member(long from, long end) {}

  static TarMembers of(Source source) throws IOException {
    TarMembers found = new TarMembers(source);
    long at = 0;
    while (at < source.size() && !found.isEnd(at)) {
      at = found.member(at);
    }
    return found;
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  /// @throws CheckpointException if there is no member of that name
  Member get(String name) throws CheckpointException {
    Member member = members.get(name);
    if (member == null) {
      throw new CheckpointException(
          Where.in(source.name()),
          "a tar archive without the member '%s', so torch.save did not write it".formatted(name));
    }
    return member;
  }

  private boolean isEnd(long at) throws IOException {
    for (byte b : source.bytes(at, BLOCK)) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private long member(long at) throws IOException {
    byte[] header = source.bytes(at, BLOCK);
    if (header.length < BLOCK) {
      throw fail(at, "%d bytes where a tar header of 512 should be".formatted(header.length));
    }
    requireSum(header, at);
    String name = name(header);
    long size = octal(header, SIZE_AT, SIZE_LENGTH, at);
    requireKnown(header, name, at);
    long from = at + BLOCK;
    if (size > source.size() - from) {
      throw fail(at, "member '%s' of %d bytes reaches past the file".formatted(name, size));
    }
    if (members.put(name, new Member(from, from + size)) != null) {
      throw fail(at, "member '%s' for the second time; readers disagree on it".formatted(name));
    }
    return from + Math.ceilDiv(size, BLOCK) * BLOCK;
  }

  private void requireKnown(byte[] header, String name, long at) throws CheckpointException {
    if (!KNOWN.contains(name)) {
      throw fail(
          at,
          "member '%s', PyTorch's archives have only %s"
              .formatted(Escapes.visible(name), String.join(", ", KNOWN)));
    }
    byte type = header[TYPE_AT];
    if (type != '0' && type != 0) {
      throw fail(at, "member '%s' is no regular file but of type %d".formatted(name, type));
    }
  }

  private static String name(byte[] header) {
    String name = text(header, 0, NAME_LENGTH);
    String prefix = text(header, PREFIX_AT, BLOCK - PREFIX_AT);
    boolean posix = text(header, 257, 6).equals("ustar");
    return posix && !prefix.isEmpty() ? prefix + "/" + name : name;
  }

  private static String text(byte[] header, int from, int length) {
    String field = new String(header, from, length, StandardCharsets.ISO_8859_1);
    int end = field.indexOf('\0');
    return end < 0 ? field : field.substring(0, end);
  }

  private long octal(byte[] header, int from, int length, long at) throws CheckpointException {
    String digits = text(header, from, length).strip();
    try {
      return Long.parseUnsignedLong(digits, 8);
    } catch (NumberFormatException e) {
      throw fail(at, "a tar header with '%s' for a number".formatted(Escapes.visible(digits)));
    }
  }

  private void requireSum(byte[] header, long at) throws CheckpointException {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean inSum = i >= SUM_AT && i < SUM_AT + SUM_LENGTH;
      sum += inSum ? ' ' : header[i] & 0xFF;
    }
    long stored = octal(header, SUM_AT, SUM_LENGTH, at);
    if (sum != stored) {
      throw fail(at, "a tar header of sum %d that should have %d".formatted(sum, stored));
    }
  }

  private CheckpointException fail(long at, String problem) {
    return new CheckpointException(
        Where.in(source.name()).at(at), problem + "; the file is damaged or hostile");
  }
}
