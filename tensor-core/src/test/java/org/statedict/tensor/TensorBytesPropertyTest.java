package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random views of random storages against the plainest way to collect their bits.
class TensorBytesPropertyTest {
  private static final long SEED = Long.getLong("statedict.seed", new Random().nextLong());
  private static final int VIEWS = 150;
  private static final List<DType> DTYPES =
      List.of(
          DType.INT8,
          DType.FLOAT16,
          DType.FLOAT32,
          DType.INT64,
          DType.COMPLEX128,
          DType.UINT2,
          DType.INT4,
          DType.FLOAT6_E3M2FN);

  /// Where the bytes are.
  enum Home {
    HEAP,
    MAPPED,
    DEFERRED;

    Storage of(byte[] bytes) {
      return switch (this) {
        case HEAP -> Storage.of(bytes);
        case MAPPED -> Storage.mapped(MemorySegment.ofArray(bytes), Device.CPU, "x");
        case DEFERRED ->
            Storage.deferred(
                bytes.length,
                Device.CPU,
                (at, dst) ->
                    MemorySegment.copy(MemorySegment.ofArray(bytes), at, dst, 0, dst.byteSize()));
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Home.class)
  void viewsGiveTheBytesOfTheirElements(Home home) {
    for (int i = 0; i < VIEWS; i++) {
      for (DType dtype : DTYPES) {
        Random random = new Random(SEED + 31L * i);
        byte[] bytes = new byte[4096];
        random.nextBytes(bytes);
        Tensor view = view(random, home.of(bytes), dtype);
        String name = name(view) + " with -Dstatedict.seed=" + SEED;
        byte[] expected = plainly(bytes, view);
        assertArrayEquals(expected, all(view), name);
        assertArrayEquals(expected, inPieces(random, view), name + ", in pieces");
        assertArrayEquals(expected, all(view.copy()), name + ", copied");
      }
    }
  }

  private static String name(Tensor t) {
    return "%s %s strides %s offset %d"
        .formatted(t.dtype(), t.shape(), t.strides(), t.storageOffset());
  }

  /// A permuted, sliced or repeated view, or one of any strides, that fits the storage.
  private static Tensor view(Random random, Storage storage, DType dtype) {
    long capacity = storage.byteSize() * 8 / dtype.bits();
    while (true) {
      long[] dims = IntStream.range(0, random.nextInt(5)).mapToLong(i -> size(random)).toArray();
      Shape shape = Shape.of(dims);
      Strides strides = random.nextInt(3) == 0 ? anyStrides(random, dims) : permuted(random, dims);
      long offset = random.nextInt(20);
      if (shape.elementCount() < 2000 && offset + strides.span(shape) <= capacity) {
        return Tensor.over(storage, dtype, shape, strides, offset);
      }
    }
  }

  private static long size(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> 1;
      case 1 -> random.nextInt(2);
      case 2 -> random.nextInt(200);
      default -> random.nextInt(9);
    };
  }

  private static Strides anyStrides(Random random, long[] dims) {
    return Strides.of(Arrays.stream(dims).map(d -> random.nextInt(12)).toArray());
  }

  /// The strides of a dense tensor with its dimensions in another order, perhaps with gaps.
  private static Strides permuted(Random random, long[] dims) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, dims.length).boxed().toList());
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    long[] steps = new long[dims.length];
    long step = random.nextInt(4) == 0 ? 2 : 1;
    for (int axis : order.reversed()) {
      steps[axis] = step;
      step *= Math.max(1, dims[axis]) + (random.nextInt(4) == 0 ? 1 : 0);
    }
    return Strides.of(steps);
  }

  /// Bit by bit.
  private static byte[] plainly(byte[] storage, Tensor t) {
    int bits = t.dtype().bits();
    byte[] out = new byte[Math.toIntExact(t.byteSize())];
    for (long element = 0; element < t.elementCount(); element++) {
      long position = t.storageOffset();
      long rest = element;
      for (int i = t.shape().rank() - 1; i >= 0; i--) {
        position += rest % t.shape().dim(i) * t.strides().step(i);
        rest /= t.shape().dim(i);
      }
      for (int bit = 0; bit < bits; bit++) {
        int from = Math.toIntExact(position * bits + bit);
        int to = Math.toIntExact(element * bits + bit);
        out[to / 8] |= (byte) ((storage[from / 8] >> (from % 8) & 1) << (to % 8));
      }
    }
    return out;
  }

  private static byte[] all(Tensor t) {
    byte[] bytes = new byte[Math.toIntExact(t.byteSize())];
    TensorBytes.of(t).copyTo(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  /// Asks for pieces of random sizes, forwards, and at last for one of them again.
  private static byte[] inPieces(Random random, Tensor t) {
    byte[] bytes = new byte[Math.toIntExact(t.byteSize())];
    MemorySegment all = MemorySegment.ofArray(bytes);
    TensorBytes source = TensorBytes.of(t);
    int width = Math.max(1, t.dtype().bits() / 8);
    int at = 0;
    while (at < bytes.length) {
      int size = Math.min(bytes.length - at, (1 + random.nextInt(100)) * width);
      source.copyTo(at, all.asSlice(at, size));
      at += size;
    }
    source.copyTo(0, all.asSlice(0, Math.min(bytes.length, width)));
    return bytes;
  }
}
