package org.statedict.checkpoint.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.Target;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

class PayloadTest {
  private static final int SIZE = 21 << 20; // several pieces, the last one not full

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private final Target.Output output =
      new Target.Output() {
        @Override
        public void write(MemorySegment bytes) {
          written.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public long position() {
          return written.size();
        }

        @Override
        public void close() {}
      };

  private static byte[] noise() {
    byte[] bytes = new byte[SIZE + 4];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  @Test
  void longTensorsAreWrittenWholeFromWhereverTheyLie() throws IOException {
    byte[] bytes = noise();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment outside = arena.allocate(bytes.length);
      outside.copyFrom(MemorySegment.ofArray(bytes));
      for (Storage storage :
          new Storage[] {
            Storage.of(bytes),
            Storage.mapped(outside, Device.CPU, "memory"),
            Storage.deferred(bytes.length, Device.CPU, Storage.of(bytes)::copyTo)
          }) {
        written.reset();
        long[] told = new long[1];
        new Payload(output, count -> told[0] += count)
            .write(Tensor.over(storage, DType.FLOAT32, Shape.of(bytes.length / 4)));
        assertArrayEquals(bytes, written.toByteArray());
        assertEquals(bytes.length, told[0]);
      }
    }
  }

  @Test
  void transposedTensorsAreGathered() throws IOException {
    Tensor turned =
        Tensor.over(Storage.of(noise()), DType.FLOAT32, Shape.of(1 << 10, SIZE >> 12))
            .transpose(0, 1);
    new Payload(output, Progress.NONE).write(turned);
    assertArrayEquals(bytesOf(turned), written.toByteArray());
  }

  private static byte[] bytesOf(Tensor tensor) {
    byte[] all = new byte[SIZE];
    tensor.copy().storage().copyTo(0, MemorySegment.ofArray(all));
    return all;
  }

  @Test
  void failuresOfReadingAndCancellingEndIt() {
    Payload payload = new Payload(output, Progress.NONE);
    Payload.Bytes broken =
        (at, dst) -> {
          if (at > 0) {
            throw new IOException("broken at " + at);
          }
        };
    assertThrows(IOException.class, () -> payload.write(SIZE, broken));
    Payload.Bytes wrong =
        (_, _) -> {
          throw new IllegalStateException("closed");
        };
    assertThrows(IllegalStateException.class, () -> payload.write(SIZE, wrong));
    Payload cancelled =
        new Payload(
            output,
            _ -> {
              throw new CancellationException();
            });
    assertThrows(CancellationException.class, () -> cancelled.write(SIZE, (_, _) -> {}));
  }
}
