package org.statedict.tensor;

/// A tensor in another element type: what is converted, when, and what stays.
final class TensorCast {
  private TensorCast() {}

  /// The tensor with its elements in another type: converted now if it lies on the heap, else
  /// whenever its bytes are copied.
  ///
  /// The strides stay unless they skip elements of the storage: what they repeat is converted once,
  /// and a transposed matrix in the order in which it lies.
  static Tensor of(Tensor tensor, DType to) {
    requireConvertible(tensor.dtype(), to);
    boolean skips = tensor.strides().span(tensor.shape()) > tensor.elementCount();
    Storage converted = storage(skips ? tensor : flat(tensor), to);
    Strides strides = skips ? tensor.shape().contiguousStrides() : tensor.strides();
    return Tensor.over(converted, to, tensor.shape(), strides, 0).withTraits(traits(tensor, to));
  }

  private static void requireConvertible(DType from, DType to) {
    if (!isConvertible(from) || !isConvertible(to)) {
      throw new IllegalArgumentException(
          "no conversion from %s to %s: PyTorch has none for %s"
              .formatted(from, to, isConvertible(from) ? to : from));
    }
  }

  private static boolean isConvertible(DType dtype) {
    return switch (dtype.kind()) {
      case FLOAT, COMPLEX, SIGNED, UNSIGNED, BOOL -> !dtype.isSubByte();
      case QUANTIZED, BITS -> false;
    };
  }

  /// All that lies between the first element and the last, in the order of the storage.
  private static Tensor flat(Tensor tensor) {
    long span = tensor.strides().span(tensor.shape());
    long offset = span == 0 ? 0 : tensor.storageOffset();
    return tensor.view(Shape.of(span), Strides.of(1), offset);
  }

  private static Storage storage(Tensor source, DType to) {
    long byteSize = to.byteSize(source.elementCount());
    Device device = source.device();
    return source.storage() instanceof SegmentStorage memory && memory.isOwned()
        ? SegmentStorage.copiedUnchecked(byteSize, to, device, Cast.of(source, to)::fill)
        : Storage.deferred(byteSize, device, (at, dst) -> Cast.of(source, to).fill(at, dst));
  }

  private static Traits traits(Tensor tensor, DType to) {
    boolean differentiable = to.isFloatingPoint() || to.isComplex();
    Traits traits = tensor.traits().withConj(false).withNeg(false);
    return differentiable ? traits : traits.withRequiresGrad(false).withParameter(false);
  }
}
