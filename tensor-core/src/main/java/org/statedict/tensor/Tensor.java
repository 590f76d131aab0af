package org.statedict.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// An immutable view of a storage: an element type, a shape, strides and an offset.
///
/// Slicing, transposing and reshaping give views of the same storage; no element is copied until
/// [#contiguous()] or [#copy()] is called. Thread-safe. Equality is identity.
public final class Tensor implements Value, Arithmetic {
  private final Storage storage;
  private final DType dtype;
  private final Shape shape;
  private final Strides strides;
  private final long storageOffset;
  private final Traits traits;
  private final @Nullable GradFn gradFn;

  private Tensor(
      Storage storage,
      DType dtype,
      Shape shape,
      Strides strides,
      long storageOffset,
      Traits traits,
      @Nullable GradFn gradFn) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.storageOffset = storageOffset;
    this.traits = traits;
    this.gradFn = gradFn;
  }

  /// A view of `storage`.
  ///
  /// @param storageOffset where the first element lies, in elements
  /// @throws IllegalArgumentException if shape and strides differ in rank, the offset is negative,
  ///   or an element would lie outside the storage; a tensor without elements may have any offset
  public static Tensor over(
      Storage storage, DType dtype, Shape shape, Strides strides, long storageOffset) {
    if (shape.rank() != strides.rank()) {
      throw new IllegalArgumentException(
          "shape %s has %d dimensions, strides %s have %d"
              .formatted(shape, shape.rank(), strides, strides.rank()));
    }
    if (storageOffset < 0) {
      throw new IllegalArgumentException("storage offset " + storageOffset + " is negative");
    }
    requireInside(storage, dtype, shape, strides, storageOffset);
    return new Tensor(storage, dtype, shape, strides, storageOffset, Traits.NONE, null);
  }

  /// A densely packed, row-major tensor from the start of `storage`.
  ///
  /// @throws IllegalArgumentException if the storage is too short
  public static Tensor over(Storage storage, DType dtype, Shape shape) {
    return over(storage, dtype, shape, shape.contiguousStrides(), 0);
  }

  private static void requireInside(
      Storage storage, DType dtype, Shape shape, Strides strides, long storageOffset) {
    try {
      long span = strides.span(shape);
      if (span == 0 || dtype.byteSize(Math.addExact(storageOffset, span)) <= storage.byteSize()) {
        return;
      }
    } catch (ArithmeticException tooFar) {
      // reported below, with the numbers that overflowed
    }
    throw new IllegalArgumentException(
        "%s %s with strides %s at offset %d reaches past its storage of %d bytes"
            .formatted(dtype, shape, strides, storageOffset, storage.byteSize()));
  }

  /// A float32 tensor over a copy of `elements` in row-major order; without a `shape` it has one
  /// dimension.
  ///
  /// @throws IllegalArgumentException if the shape has another number of elements
  public static Tensor of(float[] elements, long... shape) {
    return of(Storage.of(elements), DType.FLOAT32, elements.length, shape);
  }

  /// A float64 tensor; see [#of(float\[\], long...)].
  public static Tensor of(double[] elements, long... shape) {
    return of(Storage.of(elements), DType.FLOAT64, elements.length, shape);
  }

  /// An int64 tensor; see [#of(float\[\], long...)].
  public static Tensor of(long[] elements, long... shape) {
    return of(Storage.of(elements), DType.INT64, elements.length, shape);
  }

  /// An int32 tensor; see [#of(float\[\], long...)].
  public static Tensor of(int[] elements, long... shape) {
    return of(Storage.of(elements), DType.INT32, elements.length, shape);
  }

  private static Tensor of(Storage storage, DType dtype, int count, long... dims) {
    Shape shape = dims.length == 0 ? Shape.of(count) : Shape.of(dims);
    if (shape.elementCount() != count) {
      throw new IllegalArgumentException(count + " elements do not fill shape " + shape);
    }
    return over(storage, dtype, shape);
  }

  /// A float32 tensor of ones.
  public static Tensor ones(long... shape) {
    return full(1, shape);
  }

  /// A float32 tensor of zeros.
  public static Tensor zeros(long... shape) {
    return full(0, shape);
  }

  /// A float32 tensor with `value` everywhere.
  public static Tensor full(float value, long... shape) {
    float[] elements = new float[Math.toIntExact(Shape.of(shape).elementCount())];
    Arrays.fill(elements, value);
    return over(Storage.of(elements), DType.FLOAT32, Shape.of(shape));
  }

  /// The int64 tensor 0, 1, ... `end`-1.
  public static Tensor arange(long end) {
    return of(LongStream.range(0, end).toArray(), end);
  }

  /// A tensor without dimensions.
  public static Tensor scalar(double value) {
    return over(Storage.of((float) value), DType.FLOAT32, Shape.SCALAR);
  }

  public Storage storage() {
    return storage;
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  public Strides strides() {
    return strides;
  }

  /// Where the first element lies in the storage, in elements.
  public long storageOffset() {
    return storageOffset;
  }

  public Traits traits() {
    return traits;
  }

  /// The location label of the storage.
  public Device device() {
    return storage.device();
  }

  public long elementCount() {
    return shape.elementCount();
  }

  /// The bytes that the elements take when densely packed.
  public long byteSize() {
    return dtype.byteSize(shape.elementCount());
  }

  /// Whether the elements lie densely packed in row-major order.
  public boolean isContiguous() {
    return strides.isContiguous(shape);
  }

  /// Whether gradients by this tensor can be asked for: it is a parameter's value, its traits ask
  /// for it, or it was computed from such a tensor.
  public boolean requiresGrad() {
    return gradFn != null || traits.requiresGrad();
  }

  Optional<GradFn> gradFn() {
    return Optional.ofNullable(gradFn);
  }

  Tensor withGradFn(GradFn how) {
    return new Tensor(storage, dtype, shape, strides, storageOffset, traits, how);
  }

  /// The same elements without a past, for which no gradient is asked.
  public Tensor detach() {
    if (gradFn == null && !traits.requiresGrad() && !traits.parameter()) {
      return this;
    }
    Traits plain = traits.withRequiresGrad(false).withParameter(false);
    return new Tensor(storage, dtype, shape, strides, storageOffset, plain, null);
  }

  /// The same tensor, traits included, without what it was computed from.
  Tensor withoutPast() {
    return gradFn == null
        ? this
        : new Tensor(storage, dtype, shape, strides, storageOffset, traits, null);
  }

  /// Adds the gradients of this tensor, which has one element, to all parameters that it was
  /// computed from.
  ///
  /// @throws IllegalArgumentException if it has more than one element
  /// @throws IllegalStateException if it was computed from nothing that requires gradients
  public void backward() {
    Backprop.fill(this);
  }

  /// The gradients of this tensor, which has one element, by tensors that it was computed from;
  /// parameters stay as they are.
  ///
  /// @throws IllegalArgumentException if it has more than one element
  /// @throws IllegalStateException if it was computed from nothing that requires gradients
  public Gradients gradients(Tensor... of) {
    return Backprop.of(this, of);
  }

  /// The tensors one behind the other along a dimension; differentiable.
  ///
  /// @throws IllegalArgumentException if there is none, or they differ in another dimension
  public static Tensor cat(int dim, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no tensors to join");
    }
    return Views.joined(dim, parts);
  }

  /// The tensors, all of one shape, along a new dimension; differentiable.
  ///
  /// @throws IllegalArgumentException if there is none, or they differ in shape
  public static Tensor stack(int dim, List<Tensor> parts) {
    return cat(dim, parts.stream().map(part -> part.unsqueeze(dim)).toList());
  }

  /// The elements of `a` where `mask` is true, those of `b` elsewhere, broadcast; differentiable.
  ///
  /// @throws IllegalArgumentException if the mask is no bool tensor, or shapes do not fit
  public static Tensor where(Tensor mask, Tensor a, Tensor b) {
    return Masks.choose(mask, a, b);
  }

  /// The same view with other traits.
  ///
  /// @throws IllegalArgumentException if the elements cannot be conjugated or negated as these say
  public Tensor withTraits(Traits other) {
    SignFlips.requireMeaning(dtype, other);
    return new Tensor(storage, dtype, shape, strides, storageOffset, other, gradFn);
  }

  /// The elements `start` (included) to `end` (excluded) along dimension `dim`, a view. Negative
  /// positions count from the end; positions outside are clipped, as in Python.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension
  public Tensor slice(int dim, long start, long end) {
    return slice(dim, start, end, 1);
  }

  /// Every `step`-th element from `start` (included) to `end` (excluded) along dimension `dim`.
  ///
  /// @throws IllegalArgumentException if `step` is not positive
  public Tensor slice(int dim, long start, long end, long step) {
    return Views.part(this, t -> Views.slice(t, dim, start, end, step));
  }

  /// The part at position `index` along dimension `dim`, which goes away; a view.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension or position
  public Tensor select(int dim, long index) {
    return Views.part(this, t -> Views.select(t, dim, index));
  }

  /// A view with dimensions `a` and `b` exchanged.
  ///
  /// @throws IndexOutOfBoundsException if there is no such dimension
  public Tensor transpose(int a, int b) {
    int[] order = new int[shape.rank()];
    Arrays.setAll(order, i -> i);
    order[shape.axis(a)] = shape.axis(b);
    order[shape.axis(b)] = shape.axis(a);
    return permute(order);
  }

  /// A view whose dimension `i` is this tensor's dimension `order[i]`.
  ///
  /// @throws IllegalArgumentException if `order` does not name each dimension once
  public Tensor permute(int... order) {
    int[] sorted = Arrays.stream(order).map(shape::axis).sorted().toArray();
    for (int i = 0; i < Math.max(sorted.length, shape.rank()); i++) {
      if (sorted.length != shape.rank() || sorted[i] != i) {
        throw new IllegalArgumentException(
            "order "
                + Arrays.toString(order)
                + " does not name each dimension of "
                + shape
                + " once");
      }
    }
    Tensor permuted =
        view(
            Shape.of(Arrays.stream(order).mapToLong(shape::dim).toArray()),
            Strides.of(Arrays.stream(order).mapToLong(i -> strides.step(shape.axis(i))).toArray()),
            storageOffset);
    return GradFn.record(permuted, this, g -> g.permute(reversed(order)));
  }

  private int[] reversed(int... order) {
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      back[shape.axis(order[i])] = i;
    }
    return back;
  }

  /// The same elements in row-major order under another shape: a view if this tensor is contiguous,
  /// else of a copy. One dimension may be -1: it takes what is left.
  ///
  /// @throws IllegalArgumentException if the shape has another number of elements
  public Tensor reshape(long... dims) {
    Shape wanted = Shape.of(inferred(dims));
    if (wanted.elementCount() != elementCount()) {
      throw new IllegalArgumentException("shape " + shape + " does not reshape to " + wanted);
    }
    Tensor dense = withoutPast().contiguous();
    Tensor reshaped = dense.view(wanted, wanted.contiguousStrides(), dense.storageOffset);
    return GradFn.record(reshaped, this, g -> g.reshape(shape.toArray()));
  }

  private long[] inferred(long[] dims) {
    long[] filled = dims.clone();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1) {
        filled[i] = 1;
        long known = Shape.of(filled).elementCount();
        filled[i] = known == 0 ? 0 : elementCount() / known;
        return filled;
      }
    }
    return filled;
  }

  Tensor view(Shape newShape, Strides newStrides, long newOffset) {
    return new Tensor(storage, dtype, newShape, newStrides, newOffset, traits, null);
  }

  /// This tensor if it is densely packed in row-major order, else a copy that is.
  public Tensor contiguous() {
    return isContiguous() ? this : copy();
  }

  /// A densely packed copy that owns its bytes and outlives the file it came from.
  public Tensor copy() {
    return GradFn.record(TensorBytes.of(this).toTensor(), this, g -> g);
  }

  /// The same elements in another type, with the numbers that PyTorch's `to` gives on x86: floats
  /// are rounded to nearest even, types narrower than float32 by way of float32; integers wrap
  /// around; a float becomes an integer towards zero, and what does not fit the least integer; a
  /// NaN keeps the payload bits that fit.
  ///
  /// A tensor on the heap is converted now; one that a file lends when its bytes are copied, piece
  /// by piece.
  ///
  /// @throws IllegalArgumentException if PyTorch has no such conversion: quantized types, bits, and
  ///   types narrower than a byte convert to themselves only
  public Tensor to(DType target) {
    if (target == dtype) {
      return this;
    }
    Tensor cast = TensorCast.of(this, target);
    return target.isFloatingPoint() ? GradFn.record(cast, this, g -> g.to(dtype)) : cast;
  }

  /// The elements as doubles in row-major order.
  ///
  /// @throws IllegalArgumentException if they are complex, quantized or bits, or too many
  public double[] toDoubleArray() {
    return Elements.doubles(this);
  }

  /// The elements as floats in row-major order, rounded to nearest where they do not fit.
  ///
  /// @throws IllegalArgumentException if they are complex, quantized or bits, or too many
  public float[] toFloatArray() {
    return Elements.floats(this);
  }

  /// The elements as integers in row-major order, floats cut off towards zero; an unsigned integer
  /// from 2^63 on appears negative, by its bits.
  ///
  /// @throws IllegalArgumentException if they are complex, quantized or bits, or too many
  public long[] toLongArray() {
    return Elements.longs(this);
  }

  /// The only element.
  ///
  /// @throws IllegalArgumentException if there is not exactly one, or it is complex, quantized or
  ///   bits
  public double item() {
    if (elementCount() != 1) {
      throw new IllegalArgumentException("shape " + shape + " has not one element");
    }
    return toDoubleArray()[0];
  }

  /// The element at a position, one number for each dimension; negative ones count from the end.
  ///
  /// @throws IllegalArgumentException if there are more or fewer numbers than dimensions, or the
  ///   elements are complex, quantized or bits
  /// @throws IndexOutOfBoundsException if there is no such position
  public double getDouble(long... index) {
    return Elements.at(this, index).item();
  }

  /// The element at a position as an integer; see [#getDouble(long...)] and [#toLongArray()].
  ///
  /// @throws IllegalArgumentException if there are more or fewer numbers than dimensions, or the
  ///   elements are complex, quantized or bits
  /// @throws IndexOutOfBoundsException if there is no such position
  public long getLong(long... index) {
    return Elements.at(this, index).toLongArray()[0];
  }

  /// Whether the other tensor has the same type, shape and bits: a NaN equals a NaN of the same
  /// payload, and 0.0 differs from -0.0. Strides, storages and traits do not count, but conjugation
  /// and negation do.
  ///
  /// @throws java.io.UncheckedIOException if a storage has to be read and that fails
  public boolean sameBits(Tensor other) {
    return dtype == other.dtype
        && shape.equals(other.shape)
        && TensorBytes.mismatch(this, other) < 0;
  }

  /// Whether the other tensor has the same shape and each element `a` of this one is close to its
  /// counterpart `b`: equal, or `|a - b| <= atol + rtol * |b|` as in `torch.allclose`. NaN is close
  /// to nothing, an infinity only to itself. The types may differ; the sums are made in doubles.
  ///
  /// @throws IllegalArgumentException if a tensor is quantized or bits
  /// @throws java.io.UncheckedIOException if a storage has to be read and that fails
  public boolean allClose(Tensor other, double rtol, double atol) {
    return shape.equals(other.shape) && new Closeness(rtol, atol).holds(this, other);
  }

  /// The tensor as PyTorch prints it, shortened above 1,000 elements; elements that are not printed
  /// are not read.
  ///
  /// @throws IllegalStateException if the file that lent the bytes has been closed
  /// @throws java.io.UncheckedIOException if the bytes have to be read and that fails
  @Override
  public String toString() {
    return TensorPrinter.print(this);
  }
}
