package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Converts a tensor's elements, in row-major order, to another type, block by block.
///
/// A block is decoded to floats, doubles or longs, whichever loses nothing, and encoded from there.
/// An instance serves one pass; see [TensorBytes].
final class Cast {
  /// Elements in a block: its arrays stay in the processor's nearest caches.
  private static final int BLOCK = 4096;

  private final TensorBytes bytes;
  private final DType from;
  private final DType to;
  private final long elementCount;
  private final MemorySegment raw;
  private final MemorySegment converted;

  private Cast(Tensor tensor, DType to) {
    this.bytes = TensorBytes.of(tensor);
    this.from = tensor.dtype();
    this.to = to;
    this.elementCount = tensor.elementCount();
    int block = (int) Math.min(BLOCK, elementCount);
    this.raw = MemorySegment.ofArray(new long[2 * block]);
    this.converted = MemorySegment.ofArray(new long[2 * block]);
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

  /// The tensor with its elements in another type: now if it lies on the heap, else whenever its
  /// bytes are copied. Strides stay where they skip nothing, so that what was repeated is converted
  /// once and a transposed matrix is read in the order in which it lies.
  static Tensor cast(Tensor tensor, DType to) {
    requireConvertible(tensor.dtype(), to);
    long span = tensor.strides().span(tensor.shape());
    boolean skips = span > tensor.elementCount();
    Tensor flat =
        skips
            ? tensor
            : Tensor.over(
                    tensor.storage(),
                    tensor.dtype(),
                    Shape.of(span),
                    Strides.of(1),
                    span == 0 ? 0 : tensor.storageOffset())
                .withTraits(tensor.traits());
    Strides strides = skips ? tensor.shape().contiguousStrides() : tensor.strides();
    return Tensor.over(storage(flat, to), to, tensor.shape(), strides, 0)
        .withTraits(traits(tensor, to));
  }

  private static void requireConvertible(DType from, DType to) {
    if (!isConvertible(from) || !isConvertible(to)) {
      throw new IllegalArgumentException(
          "no conversion from %s to %s: PyTorch has none for %s"
              .formatted(from, to, isConvertible(from) ? to : from));
    }
  }

  private static Storage storage(Tensor flat, DType to) {
    long byteSize = to.byteSize(flat.elementCount());
    Storage source = flat.storage();
    if (source instanceof SegmentStorage segment && segment.isOwned()) {
      Cast pass = Cast.of(flat, to);
      return SegmentStorage.copiedUnchecked(byteSize, to, source.device(), pass::fill);
    }
    return Storage.deferred(
        byteSize, source.device(), (at, dst) -> Cast.of(flat, to).fill(at, dst));
  }

  private static Traits traits(Tensor tensor, DType to) {
    boolean differentiable = to.isFloatingPoint() || to.isComplex();
    Traits traits = tensor.traits().withConj(false).withNeg(false);
    return differentiable ? traits : traits.withRequiresGrad(false).withParameter(false);
  }

  /// Whether PyTorch converts elements from and to this type.
  static boolean isConvertible(DType dtype) {
    return switch (dtype.kind()) {
      case FLOAT, COMPLEX, SIGNED, UNSIGNED, BOOL -> !dtype.isSubByte();
      case QUANTIZED, BITS -> false;
    };
  }

  /// Fills `dst` with the converted bytes from `at` on, which may lie within an element.
  void fill(long at, MemorySegment dst) {
    int width = to.bits() / 8;
    long end = at + dst.byteSize();
    Objects.checkFromToIndex(at, end, elementCount * width);
    for (long first = at / width; first * width < end; first += BLOCK) {
      int count = (int) Math.min(BLOCK, Math.ceilDiv(end, width) - first);
      convert(first, count);
      long begin = Math.max(first * width, at);
      long size = Math.min((first + count) * width, end) - begin;
      MemorySegment.copy(converted, begin - first * width, dst, begin - at, size);
    }
  }

  /// Fills `dst` with whole elements from number `first` on.
  void fillFrom(long first, MemorySegment dst) {
    fill(to.byteSize(first), dst);
  }

  private void convert(long first, int count) {
    bytes.copyTo(from.byteSize(first), raw.asSlice(0, from.byteSize(count)));
    if (from.isComplex() && to == DType.BOOL) {
      convertToTruth(count);
    } else if (from.isComplex() == to.isComplex()) {
      convertParts(from.isComplex() ? 2 * count : count);
    } else if (from.isComplex()) {
      compact(count);
      convertParts(count);
    } else {
      convertParts(count);
      spread(count);
    }
  }

  private void convertParts(int count) {
    DType source = part(from);
    DType target = part(to);
    if (source == target && from.isComplex()) {
      converted.copyFrom(raw);
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
  private void convertToTruth(int count) {
    double[] parts = new double[2 * count];
    Decoder.decode(part(from), raw, parts);
    double[] truths = new double[count];
    for (int i = 0; i < count; i++) {
      truths[i] = parts[2 * i] != 0 ? 1 : parts[2 * i + 1];
    }
    Encoder.encode(to, truths, converted);
  }

  /// Keeps the real parts.
  private void compact(int count) {
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
