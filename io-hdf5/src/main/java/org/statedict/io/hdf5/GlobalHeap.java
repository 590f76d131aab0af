package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;

/// The collections in which strings of variable length lie. The last few that were used are kept.
final class GlobalHeap {
  private static final String WHAT = "global heap";
  private static final int HEADER = 16;
  private static final int KEPT = 8;

  private final Hdf5Bytes file;
  private final Map<Long, Map<Integer, byte[]>> collections =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<Integer, byte[]>> eldest) {
          return size() > KEPT;
        }
      };

  GlobalHeap(Hdf5Bytes file) {
    this.file = file;
  }

  /// The bytes that an element of variable length refers to.
  ///
  /// @param reference 4 bytes of length, 8 of address, 4 of index
  byte[] bytes(Fields reference) throws IOException {
    long length = reference.u4();
    long address = reference.address();
    int index = reference.int4("an index");
    if (length == 0) {
      return new byte[0];
    }
    byte[] object = collection(address).get(index);
    if (object == null || object.length < length) {
      throw reference.fail(
          object == null
              ? "no object %d in the heap; the file is damaged".formatted(index)
              : "%d bytes of a heap object of %d; the file is damaged"
                  .formatted(length, object.length));
    }
    return Arrays.copyOf(object, (int) length);
  }

  private Map<Integer, byte[]> collection(long address) throws IOException {
    Map<Integer, byte[]> known = collections.get(address);
    if (known != null) {
      return known;
    }
    Map<Integer, byte[]> read = read(address);
    collections.put(address, read);
    return read;
  }

  private Map<Integer, byte[]> read(long address) throws IOException {
    Fields head = file.fields(address, HEADER, WHAT);
    head.signature("GCOL");
    head.version(1);
    head.skip(3);
    Fields in = file.fields(address, head.length(), WHAT);
    in.skip(HEADER);
    Map<Integer, byte[]> objects = new HashMap<>();
    while (in.remaining() >= HEADER) {
      int start = in.position();
      int index = in.u2();
      in.skip(6);
      long size = in.length();
      if (index == 0) {
        break;
      }
      if (objects.put(index, in.bytes(size)) != null) {
        throw new CheckpointException(
            file.where().entry(WHAT).at(file.offset(address)), "two objects " + index);
      }
      in.skip(Math.min(in.remaining(), -(in.position() - start) & 7));
    }
    return objects;
  }
}
