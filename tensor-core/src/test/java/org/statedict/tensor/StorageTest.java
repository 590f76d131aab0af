package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StorageTest {
  @TempDir Path folder;

  @Test
  void isLittleEndian() {
    assertArrayEquals(new byte[] {4, 3, 2, 1}, bytes(Storage.of(0x01020304)));
    assertArrayEquals(new byte[] {0, 0, (byte) 0x80, 0x3f}, bytes(Storage.of(1f)));
    assertArrayEquals(new byte[] {2, 1}, bytes(Storage.of((short) 0x0102)));
    assertEquals(8, Storage.of(1.0).byteSize());
    assertEquals(8, Storage.of(1L).byteSize());
  }

  @Test
  void copiesTheArrayItIsMadeOf() {
    float[] mine = {1, 2};
    Storage storage = Storage.of(mine);
    mine[0] = 9;
    assertEquals(1, Tensor.over(storage, DType.FLOAT32, Shape.of(2)).getDouble(0));
  }

  @Test
  void isEqualToItselfOnly() {
    assertNotEquals(Storage.of(1), Storage.of(1));
    Storage.Filler zeros = (at, dst) -> dst.fill((byte) 0);
    Storage deferred = Storage.deferred(4, Device.CPU, zeros);
    assertEquals(deferred, deferred);
    assertNotEquals(deferred, Storage.deferred(4, Device.CPU, zeros));
  }

  @Test
  void refusesToCopyWhatLiesOutside() {
    MemorySegment five = MemorySegment.ofArray(new byte[5]);
    for (Storage storage :
        List.of(
            Storage.of(1),
            Storage.mapped(MemorySegment.ofArray(new byte[4]), Device.CPU, "x"),
            Storage.deferred(4, Device.CPU, (at, dst) -> dst.fill((byte) 1)))) {
      assertThrows(IndexOutOfBoundsException.class, () -> storage.copyTo(0, five));
      assertThrows(IndexOutOfBoundsException.class, () -> storage.copyTo(-1, five.asSlice(0, 1)));
      assertThrows(IndexOutOfBoundsException.class, () -> storage.copyTo(4, five.asSlice(0, 1)));
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void ownedStoragesHoldAnySizeOfAnyType(DType dtype) throws IOException {
    for (long size : new long[] {0, 1, 7, 8, 24}) {
      Storage storage =
          Storage.copied(size, dtype, Device.CPU, (at, dst) -> dst.fill((byte) (at + 5)));
      assertEquals(size, storage.byteSize());
      for (byte b : bytes(storage)) {
        assertEquals(5, b);
      }
    }
  }

  @Test
  void ownedStoragesAreFilledInOrderAndInPieces() throws IOException {
    List<Long> asked = new ArrayList<>();
    Storage.copied(
        (20 << 20) + 4,
        DType.FLOAT32,
        Device.CPU,
        (at, dst) -> {
          asked.add(at);
          asked.add(dst.byteSize());
        });
    assertEquals(List.of(0L, 8L << 20, 8L << 20, 8L << 20, 16L << 20, (4L << 20) + 4), asked);
  }

  @Test
  void aFailingReaderIsTheCauseOfAnUncheckedException() {
    IOException broken = new IOException("x.pt: data/0 is cut short");
    Storage storage =
        Storage.deferred(
            4,
            Device.CPU,
            (at, dst) -> {
              throw broken;
            });
    var error = assertThrows(UncheckedIOException.class, () -> bytes(storage));
    assertSame(broken, error.getCause());
    assertThrows(
        IOException.class,
        () ->
            Storage.copied(
                4,
                DType.INT8,
                Device.CPU,
                (at, dst) -> {
                  throw broken;
                }));
  }

  @Test
  void useAfterCloseSaysWhichFileWasClosed() {
    Storage storage;
    try (Arena arena = Arena.ofConfined()) {
      storage = Storage.mapped(arena.allocate(8), Device.CPU, "model.safetensors");
    }
    var error = assertThrows(IllegalStateException.class, () -> bytes(storage));
    assertEquals(
        "model.safetensors was closed, and its tensors with it; copy() a tensor to keep it",
        error.getMessage());
  }

  @Test
  void mapsFilesOverTwoGibibytes() throws IOException {
    long size = (3L << 30) + 4;
    try (FileChannel file =
            FileChannel.open(
                folder.resolve("sparse"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared()) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), size - 4);
      MemorySegment mapping = file.map(MapMode.READ_ONLY, 0, size, arena);
      Tensor t =
          Tensor.over(
              Storage.mapped(mapping, Device.CPU, "sparse"), DType.INT32, Shape.of(size / 4));
      assertEquals(0x04030201, t.getLong(-1));
      assertEquals(0, t.getLong(-2));
      assertEquals(
          "tensor([       0,        0,        0,  ...,        0,        0, 67305985],\n"
              + "       dtype=torch.int32)",
          t.toString());
    }
  }

  @Test
  void deferredStoragesMayBeLargerThanMemory() {
    long count = 1L << 40;
    Storage numbers =
        Storage.deferred(
            count * 8,
            Device.CPU,
            (at, dst) -> {
              for (long i = 0; i < dst.byteSize(); i += 8) {
                dst.set(ValueLayout.JAVA_LONG_UNALIGNED, i, (at + i) / 8);
              }
            });
    Tensor matrix = Tensor.over(numbers, DType.INT64, Shape.of(1L << 20, 1L << 20));
    assertEquals(count - 1, matrix.getLong(-1, -1));
    assertArrayEquals(
        new long[] {5, (1L << 20) + 5}, matrix.slice(0, 0, 2).select(1, 5).toLongArray());
    assertEquals((1L << 20) * 7 + 3, matrix.transpose(0, 1).getLong(3, 7));
  }

  private static byte[] bytes(Storage storage) {
    byte[] bytes = new byte[Math.toIntExact(storage.byteSize())];
    storage.copyTo(0, MemorySegment.ofArray(bytes));
    return bytes;
  }
}
