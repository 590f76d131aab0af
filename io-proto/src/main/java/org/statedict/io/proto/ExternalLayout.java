package org.statedict.io.proto;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SavePlan.PlannedFile;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.spi.Payload;
import org.statedict.io.proto.Onnx.StringStringEntryProto;
import org.statedict.tensor.Tensor;

/// The file of data beside a model, and where each tensor lies in it. Large tensors begin where a
/// file can be mapped on every system, others where a processor reads fast.
final class ExternalLayout {
  private static final long LARGE = 1 << 16;
  private static final long SMALL_ALIGNMENT = 64;

  private final String name;
  private final List<Placed> placed = new ArrayList<>();
  private long size;

  private record Placed(Tensor tensor, long offset) {}

  ExternalLayout(String name) {
    this.name = name;
  }

  /// Gives a tensor its place.
  ///
  /// @return what the model says of it
  List<StringStringEntryProto> add(Tensor tensor) {
    long alignment = tensor.byteSize() >= LARGE ? LARGE : SMALL_ALIGNMENT;
    long offset = Math.ceilDiv(size, alignment) * alignment;
    placed.add(new Placed(tensor, offset));
    size = offset + tensor.byteSize();
    return List.of(
        ModelWriter.entry("location", name).build(),
        ModelWriter.entry("offset", Long.toString(offset)).build(),
        ModelWriter.entry("length", Long.toString(tensor.byteSize())).build());
  }

  boolean isEmpty() {
    return placed.isEmpty();
  }

  PlannedFile file() {
    return new PlannedFile(name, size);
  }

  void write(Target to, Progress progress) throws IOException {
    byte[] gap = new byte[(int) LARGE];
    try (Target.Output output = to.create(file())) {
      Payload payload = new Payload(output, progress);
      for (Placed next : placed) {
        int padding = (int) (next.offset - output.position());
        output.write(MemorySegment.ofArray(gap).asSlice(0, padding));
        payload.write(next.tensor);
      }
    }
  }
}
