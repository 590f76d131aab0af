package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.statedict.tensor.DType;
import org.statedict.tensor.Storage.Filler;

/// Turns big-endian elements into little-endian ones as they are read; complex ones half by half.
public final class SwappingFiller implements Filler {
  private final Filler bigEndian;
  private final int width;

  /// @param dtype the type of the elements
  public SwappingFiller(Filler bigEndian, DType dtype) {
    this.bigEndian = bigEndian;
    this.width = Math.max(1, dtype.bits() / 8 / (dtype.isComplex() ? 2 : 1));
  }

  @Override
  public void fill(long at, MemorySegment dst) throws IOException {
    long from = at - at % width;
    long to = Math.ceilDiv(at + dst.byteSize(), (long) width) * width;
    if (from == at && to == at + dst.byteSize()) {
      bigEndian.fill(at, dst);
      swap(dst);
      return;
    }
    MemorySegment whole = MemorySegment.ofArray(new byte[Math.toIntExact(to - from)]);
    bigEndian.fill(from, whole);
    swap(whole);
    MemorySegment.copy(whole, at - from, dst, 0, dst.byteSize());
  }

  private void swap(MemorySegment elements) {
    for (long i = 0; i < elements.byteSize(); i += width) {
      for (int low = 0, high = width - 1; low < high; low++, high--) {
        byte one = elements.get(ValueLayout.JAVA_BYTE, i + low);
        elements.set(ValueLayout.JAVA_BYTE, i + low, elements.get(ValueLayout.JAVA_BYTE, i + high));
        elements.set(ValueLayout.JAVA_BYTE, i + high, one);
      }
    }
  }
}
