package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// Storages and offsets beyond 4 GiB, of which a sparse file keeps what is not zero.
class Zip64Test {
  private static final Formats FORMATS = Formats.of(List.of(new PtFormat()));
  private static final long FAR = (1L << 32) + 4096;

  @TempDir Path folder;

  @Test
  void whatLiesBeyondFourGibibytesIsFound() throws IOException {
    Storage zeros = Storage.deferred(FAR, Device.CPU, (_, dst) -> dst.fill((byte) 0));
    Tensor large = Tensor.over(zeros, DType.UINT8, Shape.of(FAR));
    Dict value = Dict.of("large", large, "small", Tensor.of(new float[] {1, 2, 3}));
    Path file = folder.resolve("far.pt");
    SavePlan plan = new PtFormat().plan(value, "far.pt", SaveOptions.DEFAULT);
    plan.write(planned -> new SparseFile(file), Progress.NONE);

    assertEquals(plan.files().getFirst().byteSize(), Files.size(file));
    assertReads(file);
    try (ZipFile zip = new ZipFile(file.toFile())) { // Java's own reader knows zip64, too
      assertEquals(FAR, zip.getEntry("far/data/0").getSize());
      assertEquals(12, zip.getInputStream(zip.getEntry("far/data/1")).readAllBytes().length);
    }
  }

  private static void assertReads(Path file) throws IOException {
    try (Checkpoint open = FORMATS.open(file, LoadOptions.DEFAULT)) {
      assertEquals(List.of(FAR), open.tensor("large").shape().toList());
      assertEquals(0, open.tensor("large").getLong(FAR - 1));
      assertArrayEquals(new float[] {1, 2, 3}, open.tensor("small").toFloatArray());
      assertTrue(
          open.tensors().sequencedValues().getLast().extent().orElseThrow().byteOffset() > FAR);
    }
  }

  /// Leaves out the zeros.
  private static final class SparseFile implements Target.Output {
    private final FileChannel channel;
    private long position;

    SparseFile(Path file) throws IOException {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(MemorySegment bytes) throws IOException {
      MemorySegment zeros = MemorySegment.ofArray(new byte[Math.toIntExact(bytes.byteSize())]);
      if (bytes.mismatch(zeros) >= 0) {
        channel.write(ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)), position);
      }
      position += bytes.byteSize();
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
