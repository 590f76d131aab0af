package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Converts a tensor's elements, in row-major order, to another type.
///
/// Elements are read in chunks and converted in blocks: a block is decoded to floats, doubles or
/// longs, whichever loses nothing, and encoded from there. An instance serves one pass; see
/// [TensorBytes].
final class Cast {
  /// Elements in a block: its arrays stay in the processor's nearest caches.
  private static final int BLOCK = 4096;

  /// Elements that are read at once: a storage may have to go to its file for each request.
  private static final int CHUNK = 16 * BLOCK;

  private final TensorBytes bytes;
  private final DType from;
  private final DType to;
  private final long elementCount;
  private MemorySegment chunk = MemorySegment.ofArray(new byte[0]);
  private MemorySegment converted = chunk;

  private Cast(Tensor tensor, DType to) {
    this.bytes = TensorBytes.of(tensor);
    this.from = tensor.dtype();
    this.to = to;
    this.elementCount = tensor.elementCount();
  }

  /// A conversion to a type of whole bytes.
  ///
  /// @throws IllegalArgumentException if the elements are quantized or bits
  static Cast of(Tensor tensor, DType to) {
    DType.Kind kind = tensor.dtype().kind();
    if (kind == DType.Kind.QUANTIZED || kind == DType.Kind.BITS) {
      throw new IllegalArgumentException(
          "the elements of a %s tensor are no numbers".formatted(tensor.dtype()));
    }
    return new Cast(tensor, to);
  }

  /// Fills `dst` with the converted bytes from `at` on, which may lie within an element. Elements
  /// narrower than a byte are converted from their first one on.
  void fill(long at, MemorySegment dst) {
    int width = to.bits() / 8;
    long end = at + dst.byteSize();
    Objects.checkFromToIndex(at, end, elementCount * width);
    long endElement = Math.ceilDiv(end, width);
    reserve(endElement - at / width);
    for (long first = at / width; first < endElement; first += CHUNK) {
      int count = (int) Math.min(CHUNK, endElement - first);
      bytes.copyTo(from.byteSize(first), chunk.asSlice(0, from.byteSize(count)));
      for (int block = 0; block < count; block += BLOCK) {
        convert(chunk.asSlice(from.byteSize(block)), Math.min(BLOCK, count - block));
        store((first + block) * width, Math.min(BLOCK, count - block) * width, at, dst);
      }
    }
  }

  /// Buffers for a request of this many elements, which may be one alone.
  private void reserve(long elements) {
    chunk = atLeast(from.byteSize(Math.min(CHUNK, elements)), chunk);
    converted = atLeast(to.byteSize(Math.min(BLOCK, elements)), converted);
  }

  private static MemorySegment atLeast(long byteSize, MemorySegment buffer) {
    return buffer.byteSize() >= byteSize
        ? buffer
        : MemorySegment.ofArray(new byte[Math.toIntExact(byteSize)]);
  }

  /// Copies what lies within `dst` of a converted block that begins at byte `first`.
  private void store(long first, int size, long at, MemorySegment dst) {
    long begin = Math.max(first, at);
    long end = Math.min(first + size, at + dst.byteSize());
    MemorySegment.copy(converted, begin - first, dst, begin - at, end - begin);
  }

  /// Fills `dst` with whole elements from number `first` on.
  void fillFrom(long first, MemorySegment dst) {
    fill(to.byteSize(first), dst);
  }

  private void convert(MemorySegment raw, int count) {
    if (from.isComplex() && to == DType.BOOL) {
      convertToTruth(raw, count);
    } else if (from.isComplex() == to.isComplex()) {
      convertParts(raw, from.isComplex() ? 2 * count : count);
    } else if (from.isComplex()) {
      compact(raw, count);
      convertParts(raw, count);
    } else {
      convertParts(raw, count);
      spread(count);
    }
  }

  private void convertParts(MemorySegment raw, int count) {
    DType source = part(from);
    DType target = part(to);
    if (source == target && from.isComplex()) {
      MemorySegment.copy(raw, 0, converted, 0, source.byteSize(count));
    } else if (!source.isFloatingPoint()) {
      long[] numbers = new long[count];
      Decoder.decode(source, raw, numbers);
      Encoder.encode(target, source, numbers, converted);
    } else if (isNarrow(source) && isNarrow(target)) {
      float[] numbers = new float[count];
      Decoder.decode(source, raw, numbers);
      Encoder.encode(target, numbers, converted);
    } else {
      double[] numbers = new double[count];
      Decoder.decode(source, raw, numbers);
      Encoder.encode(target, numbers, converted);
    }
  }

  /// A complex number is true if one of its parts is.
  private void convertToTruth(MemorySegment raw, int count) {
    double[] parts = new double[2 * count];
    Decoder.decode(part(from), raw, parts);
    double[] truths = new double[count];
    for (int i = 0; i < count; i++) {
      truths[i] = parts[2 * i] != 0 ? 1 : parts[2 * i + 1];
    }
    Encoder.encode(to, truths, converted);
  }

  /// Keeps the real parts.
  private void compact(MemorySegment raw, int count) {
    int width = part(from).bits() / 8;
    for (long i = 1; i < count; i++) {
      MemorySegment.copy(raw, 2 * i * width, raw, i * width, width);
    }
  }

  /// Puts zeros as imaginary parts between the numbers.
  private void spread(int count) {
    int width = part(to).bits() / 8;
    for (long i = count - 1L; i >= 0; i--) {
      MemorySegment.copy(converted, i * width, converted, 2 * i * width, width);
      converted.asSlice((2 * i + 1) * width, width).fill((byte) 0);
    }
  }

  private static boolean isNarrow(DType dtype) {
    return dtype.isFloatingPoint() && dtype != DType.FLOAT64;
  }

  /// The type of a complex element's two parts; any other type itself.
  private static DType part(DType dtype) {
    return switch (dtype) {
      case COMPLEX128 -> DType.FLOAT64;
      case COMPLEX64 -> DType.FLOAT32;
      case COMPLEX32 -> DType.FLOAT16;
      default -> dtype;
    };
  }
}
