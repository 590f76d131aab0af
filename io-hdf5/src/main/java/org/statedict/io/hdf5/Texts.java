package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.statedict.io.hdf5.ElementType.Text;

/// Decodes the elements of text in attributes and datasets.
record Texts(GlobalHeap heap) {
  List<String> of(Fields data, Text type, long count) throws IOException {
    List<String> texts = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      byte[] bytes = type.variable() ? heap.bytes(data) : data.bytes(type.size());
      int end = type.variable() ? bytes.length : end(bytes, type);
      texts.add(data.decoded(Arrays.copyOf(bytes, end)));
    }
    return texts;
  }

  private static int end(byte[] bytes, Text type) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    while (type.spacePadded() && end > 0 && bytes[end - 1] == ' ') {
      end--;
    }
    return end;
  }
}
