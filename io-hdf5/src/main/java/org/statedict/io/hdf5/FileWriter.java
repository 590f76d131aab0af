package org.statedict.io.hdf5;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.Payload;
import org.statedict.tensor.Tensor;

/// Writes what has its place, front to back.
final class FileWriter {
  private final Target.Output output;
  private final Payload payload;
  private long position;

  FileWriter(Target.Output output, Progress progress) {
    this.output = output;
    this.payload = new Payload(output, progress);
  }

  void write(long address, byte[] bytes) throws IOException {
    padTo(address);
    output.write(MemorySegment.ofArray(bytes));
    position += bytes.length;
  }

  void write(long address, Tensor tensor) throws IOException {
    padTo(address);
    payload.write(tensor);
    position += tensor.byteSize();
  }

  /// Writes data that were made ready, and reports them as progress.
  void writeData(long address, byte[] bytes) throws IOException {
    write(address, bytes);
    payload.progress().advance(bytes.length);
  }

  /// Zeros up to `address`.
  void padTo(long address) throws IOException {
    int gap = Math.toIntExact(address - position);
    if (gap < 0) {
      throw new IllegalStateException("%d is behind %d already".formatted(position, address));
    }
    output.write(MemorySegment.ofArray(new byte[gap]));
    position = address;
  }
}
