package org.statedict.io.hdf5;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;

/// The filters that every chunk of a dataset went through, in the order of writing.
record FilterPipeline(List<Filter> filters) {
  static final FilterPipeline NONE = new FilterPipeline(List.of());

  static final int DEFLATE = 1;
  static final int SHUFFLE = 2;
  static final int FLETCHER32 = 3;
  static final int LZF = 32000;
  static final int LZ4 = 32004;

  private static final Map<Integer, String> NAMES =
      Map.of(
          4, "szip",
          5, "n-bit",
          6, "scale-offset",
          307, "bzip2",
          32001, "blosc",
          32008, "bitshuffle",
          32015, "zstd",
          32026, "blosc2");
  private static final int OPTIONAL = 1;
  private static final List<Integer> KNOWN = List.of(DEFLATE, SHUFFLE, FLETCHER32, LZF, LZ4);

  /// One filter with its parameters.
  record Filter(int id, List<Integer> values) {}

  /// The message that names the filters of what is written.
  static FieldsWriter shuffleAndDeflate(int width, int level) {
    return new FieldsWriter()
        .u1(2)
        .u1(2)
        .u2(SHUFFLE)
        .u2(OPTIONAL)
        .u2(1)
        .u4(width)
        .u2(DEFLATE)
        .u2(OPTIONAL)
        .u2(1)
        .u4(level);
  }

  static FilterPipeline read(Fields in, Limits limits, Where where) throws CheckpointException {
    int version = in.u1();
    int count = in.u1();
    limits.check(Limit.HDF5_FILTERS, count, where.entry("filters"));
    in.skip(version == 1 ? 6 : 0);
    List<Filter> filters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = in.u2();
      int nameLength = version == 1 || id >= 256 ? in.u2() : 0;
      in.skip(2);
      int values = in.u2();
      in.skip(version == 1 ? (nameLength + 7L) / 8 * 8 : nameLength);
      filters.add(new Filter(id, values(in, values)));
      in.skip(version == 1 && values % 2 != 0 ? 4 : 0);
    }
    return new FilterPipeline(List.copyOf(filters));
  }

  private static List<Integer> values(Fields in, int count) throws CheckpointException {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add((int) in.u4());
    }
    return List.copyOf(values);
  }

  /// The name of a filter that cannot be undone here, if there is one.
  Optional<String> unknown() {
    return filters.stream()
        .map(Filter::id)
        .filter(id -> !KNOWN.contains(id))
        .map(id -> "%s (filter %d)".formatted(NAMES.getOrDefault(id, "an unregistered filter"), id))
        .findFirst();
  }

  boolean isEmpty() {
    return filters.isEmpty();
  }

  /// Undoes the filters of one chunk.
  ///
  /// @param mask a bit for each filter that was skipped for this chunk
  /// @param size the bytes of the chunk without filters
  byte[] decode(byte[] stored, int mask, int size, Where where) throws CheckpointException {
    byte[] data = stored;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if (((mask >> i) & 1) == 0) {
        data = Filters.undo(filters.get(i), data, sizeBefore(i, mask, size), where);
      }
    }
    if (data.length != size) {
      throw new CheckpointException(
          where, "a chunk of %d bytes, expected %d".formatted(data.length, size));
    }
    return data;
  }

  /// The bytes that filter `i` was given: checksums of filters before it add four each.
  private int sizeBefore(int i, int mask, int size) {
    int before = size;
    for (int j = 0; j < i; j++) {
      boolean checksum = filters.get(j).id == FLETCHER32 && ((mask >> j) & 1) == 0;
      before += checksum ? Integer.BYTES : 0;
    }
    return before;
  }
}
