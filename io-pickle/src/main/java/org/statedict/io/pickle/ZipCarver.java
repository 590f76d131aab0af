package org.statedict.io.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.Source;

/// Finds what may be entries of a damaged or ambiguous archive by their local headers alone, each
/// with the bytes up to the next header. For looking only: nothing that is read so is ever loaded.
final class ZipCarver {
  private static final int HEADER = 30;
  private static final int DEFLATED = 8;
  private static final int PIECE = 1 << 20;
  private static final int MOST_INFLATED = 16 << 20;

  private final Source source;
  private final Limits limits;

  ZipCarver(Source source, Limits limits) {
    this.source = source;
    this.limits = limits;
  }

  /// Is given an entry's name and what its content may be.
  interface Visitor {
    void entry(String name, byte[] data) throws IOException;
  }

  void entries(Visitor visitor) throws IOException {
    long at = nextHeader(0);
    for (long i = 0; at < source.size() && i < limits.get(Limit.ZIP_ENTRIES); i++) {
      long next = nextHeader(at + 4);
      entry(at, next, visitor);
      at = next;
    }
  }

  /// Where the next local header begins, or the end of the file.
  private long nextHeader(long from) throws IOException {
    for (long at = from; at < source.size(); at += PIECE) {
      byte[] piece = source.bytes(at, PIECE + 3);
      for (int i = 0; i + 3 < piece.length; i++) {
        if (piece[i] == 'P' && piece[i + 1] == 'K' && piece[i + 2] == 3 && piece[i + 3] == 4) {
          return at + i;
        }
      }
    }
    return source.size();
  }

  private void entry(long at, long end, Visitor visitor) throws IOException {
    byte[] header = source.bytes(at, HEADER);
    if (header.length < HEADER) {
      return;
    }
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    int nameLength = Short.toUnsignedInt(fields.getShort(26));
    long data = at + HEADER + nameLength + Short.toUnsignedInt(fields.getShort(28));
    long from = Math.min(data, end);
    String name = new String(source.bytes(at + HEADER, nameLength), StandardCharsets.UTF_8);
    int size = (int) Math.clamp(end - from, 0, limits.get(Limit.PICKLE_BYTES));
    byte[] content = source.bytes(from, size);
    visitor.entry(name, fields.getShort(8) == DEFLATED ? inflated(content) : content);
  }

  /// As much as can be inflated.
  private static byte[] inflated(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[1 << 16];
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(data);
      while (!inflater.finished() && out.size() < MOST_INFLATED) {
        int count = inflater.inflate(piece);
        if (count == 0) {
          break;
        }
        out.write(piece, 0, count);
      }
    } catch (DataFormatException e) {
      return out.toByteArray(); // what came before the damage
    }
    return out.toByteArray();
  }
}
