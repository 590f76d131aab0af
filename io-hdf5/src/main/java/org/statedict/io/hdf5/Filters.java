package org.statedict.io.hdf5;

import io.jhdf.filter.Lz4Filter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.io.hdf5.FilterPipeline.Filter;

/// Undoes single filters, and applies those that are written. None makes more bytes than a chunk
/// has.
final class Filters {
  private static final int PIECE = 1 << 16;

  private Filters() {}

  /// @param size the bytes that have to come out
  static byte[] undo(Filter filter, byte[] data, int size, Where where) throws CheckpointException {
    return switch (filter.id()) {
      case FilterPipeline.DEFLATE -> inflate(data, size, where);
      case FilterPipeline.SHUFFLE -> unshuffle(data, elementSize(filter, where));
      case FilterPipeline.FLETCHER32 -> verified(data, where);
      case FilterPipeline.LZF -> lzf(data, size, where);
      case FilterPipeline.LZ4 -> lz4(data, size, where);
      default -> throw new IllegalStateException("filter " + filter.id());
    };
  }

  private static byte[] inflate(byte[] data, int size, Where where) throws CheckpointException {
    byte[] out = new byte[size];
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(data);
      int made = 0;
      while (made < size) {
        int count = inflater.inflate(out, made, size - made);
        if (count == 0) {
          throw damaged(where, "a chunk inflates to %d bytes, expected %d".formatted(made, size));
        }
        made += count;
      }
      if (!inflater.finished() && inflater.inflate(new byte[1]) > 0) {
        throw damaged(where, "a chunk inflates to more than its %d bytes".formatted(size));
      }
      return out;
    } catch (DataFormatException e) {
      throw new CheckpointException(where, "a chunk is not deflated data; it is damaged", e);
    }
  }

  private static int elementSize(Filter filter, Where where) throws CheckpointException {
    int size = filter.values().isEmpty() ? 0 : filter.values().getFirst();
    if (size <= 0) {
      throw damaged(where, "shuffled elements of %d bytes".formatted(size));
    }
    return size;
  }

  /// Byte k of all elements lies together; a remainder is left as it is.
  static byte[] unshuffle(byte[] data, int width) {
    int count = data.length / width;
    byte[] out = data.clone();
    for (int k = 0; k < width; k++) {
      int from = k * count;
      for (int i = 0, to = k; i < count; i++, to += width) {
        out[to] = data[from + i];
      }
    }
    return out;
  }

  private static byte[] shuffle(byte[] data, int width) {
    int count = data.length / width;
    byte[] out = data.clone();
    for (int k = 0; k < width; k++) {
      int to = k * count;
      for (int i = 0, from = k; i < count; i++, from += width) {
        out[to + i] = data[from];
      }
    }
    return out;
  }

  /// A chunk as it is written.
  ///
  /// @param width the bytes of an element
  static byte[] shuffledAndDeflated(byte[] data, int width, int level) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Deflater deflater = new Deflater(level)) {
      deflater.setInput(shuffle(data, width));
      deflater.finish();
      byte[] piece = new byte[PIECE];
      while (!deflater.finished()) {
        out.write(piece, 0, deflater.deflate(piece));
      }
    }
    return out.toByteArray();
  }

  /// The data without the checksum behind it.
  private static byte[] verified(byte[] data, Where where) throws CheckpointException {
    int size = data.length - Integer.BYTES;
    if (size < 0) {
      throw damaged(where, "a chunk without its checksum");
    }
    int recorded = Integer.reverseBytes(ByteBuffer.wrap(data).getInt(size));
    int computed = fletcher32(data, size);
    if (computed != recorded) {
      throw damaged(
          where, "a chunk of checksum %08x, recorded is %08x".formatted(computed, recorded));
    }
    return Arrays.copyOf(data, size);
  }

  /// Fletcher's checksum over big-endian words of two bytes.
  private static int fletcher32(byte[] data, int size) {
    long sum1 = 0;
    long sum2 = 0;
    for (int i = 0; i + 1 < size; i += 2) {
      sum1 = (sum1 + (((data[i] & 0xFF) << 8) | (data[i + 1] & 0xFF))) % 65535;
      sum2 = (sum2 + sum1) % 65535;
    }
    if (size % 2 != 0) {
      sum1 = (sum1 + ((data[size - 1] & 0xFF) << 8)) % 65535;
      sum2 = (sum2 + sum1) % 65535;
    }
    return (int) ((sum2 << 16) | sum1);
  }

  /// Literals behind a count below 32; else a distance back and a length.
  private static byte[] lzf(byte[] in, int size, Where where) throws CheckpointException {
    byte[] out = new byte[size];
    int from = 0;
    int to = 0;
    try {
      while (from < in.length) {
        int control = in[from++] & 0xFF;
        if (control < 32) {
          System.arraycopy(in, from, out, to, control + 1);
          from += control + 1;
          to += control + 1;
        } else {
          int length = control >> 5;
          length += length == 7 ? in[from++] & 0xFF : 0;
          int back = to - (((control & 31) << 8) | (in[from++] & 0xFF)) - 1;
          for (int i = 0; i < length + 2; i++) {
            out[to++] = out[back++];
          }
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new CheckpointException(where, "a chunk is not lzf data; it is damaged", e);
    }
    if (to != size) {
      throw damaged(where, "a chunk of %d bytes out of lzf, expected %d".formatted(to, size));
    }
    return out;
  }

  private static byte[] lz4(byte[] data, int size, Where where) throws CheckpointException {
    requireLz4Blocks(ByteBuffer.wrap(data), size, where);
    try {
      return new Lz4Filter().decode(data, new int[0]);
    } catch (RuntimeException e) {
      throw new CheckpointException(where, "a chunk is not lz4 data; it is damaged", e);
    }
  }

  /// The decoder believes the sizes in the data, so they are checked before.
  private static void requireLz4Blocks(ByteBuffer in, int size, Where where)
      throws CheckpointException {
    boolean sound = in.remaining() >= 12 && in.getLong() == size;
    int block = sound ? in.getInt() : 0;
    sound &= block > 0;
    for (long made = 0; sound && made < size; made += block) {
      int stored = in.remaining() < Integer.BYTES ? -1 : in.getInt();
      sound = stored >= 0 && stored <= in.remaining();
      if (sound) {
        in.position(in.position() + stored);
      }
    }
    if (!sound) {
      throw damaged(where, "a chunk whose lz4 blocks do not add up to %d bytes".formatted(size));
    }
  }

  private static CheckpointException damaged(Where where, String problem) {
    return new CheckpointException(where, problem + "; it is damaged, fetch it again");
  }
}
