package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The text of all attributes that are to be written: global heap collections.
final class TextHeap {
  private static final int MOST_OBJECTS = 60_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int SMALLEST = 4096;
  private static final int HEAD = 16;

  private final List<Collection> collections = new ArrayList<>();

  /// Where a text stands.
  ///
  /// @param index from 1 on
  record Slot(Collection collection, int index, int size) {
    /// What an attribute holds instead of the text; nothing for the empty one.
    FieldsWriter reference() {
      return new FieldsWriter().u4(size).u8(size == 0 ? 0 : collection.address).u4(index);
    }
  }

  /// Texts that are stored together.
  private static final class Collection {
    private final FieldsWriter objects = new FieldsWriter();
    private int count;
    private long address;

    boolean isFull() {
      return count == MOST_OBJECTS || objects.size() > MOST_BYTES;
    }

    Slot add(byte[] text) {
      count++;
      objects.u2(count).u2(1).u4(0).u8(text.length).bytes(text).pad();
      return new Slot(this, count, text.length);
    }

    /// With the head of the free space behind the objects.
    int size() {
      return Math.max(SMALLEST, HEAD + objects.size() + HEAD);
    }

    byte[] toBytes() {
      FieldsWriter all =
          new FieldsWriter().signature("GCOL").u1(1).zeros(3).u8(size()).bytes(objects.toBytes());
      int free = size() - all.size();
      return all.u2(0).u2(0).u4(0).u8(free).zeros(free - HEAD).toBytes();
    }
  }

  Slot add(byte[] text) {
    if (text.length == 0) {
      return new Slot(new Collection(), 0, 0);
    }
    if (collections.isEmpty() || collections.getLast().isFull()) {
      collections.add(new Collection());
    }
    return collections.getLast().add(text);
  }

  /// Gives the collections their places from `address` on.
  ///
  /// @return the end of the last
  long moveTo(long address) {
    long at = address;
    for (Collection collection : collections) {
      collection.address = at;
      at += collection.size();
    }
    return at;
  }

  void write(FileWriter file) throws IOException {
    for (Collection collection : collections) {
      file.write(collection.address, collection.toBytes());
    }
  }
}
