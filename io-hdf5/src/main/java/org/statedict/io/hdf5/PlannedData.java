package org.statedict.io.hdf5;

import java.io.IOException;
import org.statedict.tensor.Tensor;

/// How the elements of a dataset are to be written.
interface PlannedData {
  /// Adds the messages that say where and how they are stored.
  void describe(HeaderWriter header);

  /// Gives them their place at `end` or behind it.
  ///
  /// @return the end of what they take
  long moveBehind(long end);

  void write(FileWriter file) throws IOException;

  /// One run of bytes, so that readers can map it.
  final class Contiguous implements PlannedData {
    private static final int ALIGNMENT = 64;

    private final Tensor tensor;
    private long address = Hdf5Bytes.UNDEFINED;

    Contiguous(Tensor tensor) {
      this.tensor = tensor;
    }

    @Override
    public void describe(HeaderWriter header) {
      header.message(ObjectHeader.FILL, new FieldsWriter().hex("030a"));
      header.message(
          ObjectHeader.LAYOUT, new FieldsWriter().u1(3).u1(1).u8(address).u8(tensor.byteSize()));
    }

    @Override
    public long moveBehind(long end) {
      if (tensor.byteSize() == 0) {
        return end;
      }
      address = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
      return address + tensor.byteSize();
    }

    @Override
    public void write(FileWriter file) throws IOException {
      if (tensor.byteSize() > 0) {
        file.write(address, tensor);
      }
    }
  }
}
