package org.statedict.tensor;

import java.lang.foreign.MemorySegment;

/// The elements of a float32 or float64 tensor for computing: an array, densely packed and
/// row-major.
///
/// An element is read as a double and rounded when it is set. Sums, products, quotients and square
/// roots of float32 numbers that are computed in doubles and rounded once are what float32
/// arithmetic gives.
sealed interface Numbers {
  int length();

  double get(int i);

  void set(int i, double value);

  /// The array itself as a tensor; it must not be set any more.
  Tensor toTensor(Shape shape);

  /// The elements of a tensor, which must not be set: this may be the tensor's own array.
  ///
  /// @throws IllegalArgumentException if it is of another type
  static Numbers of(Tensor tensor) {
    return switch (tensor.dtype()) {
      case FLOAT32 -> new Floats(floats(tensor));
      case FLOAT64 -> new Doubles(doubles(tensor));
      default ->
          throw new IllegalArgumentException(
              "%s %s: computing takes float32 or float64; convert it with to()"
                  .formatted(tensor.dtype(), tensor.shape()));
    };
  }

  static Numbers zeros(DType dtype, long length) {
    int count = Math.toIntExact(length);
    return dtype == DType.FLOAT64 ? new Doubles(new double[count]) : new Floats(new float[count]);
  }

  /// The elements of a float32 tensor, which must not be set.
  static float[] floats(Tensor tensor) {
    return ownArray(tensor) instanceof float[] own ? own : tensor.toFloatArray();
  }

  /// The elements of a float64 tensor, which must not be set.
  static double[] doubles(Tensor tensor) {
    return ownArray(tensor) instanceof double[] own ? own : tensor.toDoubleArray();
  }

  /// The array behind a tensor that is all of it, else an empty one of bytes.
  private static Object ownArray(Tensor tensor) {
    Object none = new byte[0];
    if (!(tensor.storage() instanceof SegmentStorage memory)
        || !memory.isOwned()
        || tensor.storageOffset() != 0
        || tensor.traits().neg()
        || !tensor.isContiguous()) {
      return none;
    }
    MemorySegment bytes = memory.bytes();
    boolean whole = bytes.byteSize() == tensor.byteSize() && bytes.address() == 0;
    Object array = bytes.heapBase().orElse(none);
    return switch (array) {
      case float[] own when whole && own.length == tensor.elementCount() -> own;
      case double[] own when whole && own.length == tensor.elementCount() -> own;
      default -> none;
    };
  }

  /// A tensor over `elements`, which must not be set any more.
  static Tensor tensor(Shape shape, float... elements) {
    return dense(MemorySegment.ofArray(elements), DType.FLOAT32, shape);
  }

  /// A tensor over `elements`, which must not be set any more.
  static Tensor tensor(Shape shape, double... elements) {
    return dense(MemorySegment.ofArray(elements), DType.FLOAT64, shape);
  }

  /// A tensor of integers over `elements`, which must not be set any more.
  static Tensor tensor(Shape shape, long... elements) {
    return dense(MemorySegment.ofArray(elements), DType.INT64, shape);
  }

  /// A tensor of truth values over `elements`, which must not be set any more.
  static Tensor mask(Shape shape, byte... elements) {
    return dense(MemorySegment.ofArray(elements), DType.BOOL, shape);
  }

  private static Tensor dense(MemorySegment array, DType dtype, Shape shape) {
    return Tensor.over(SegmentStorage.heap(array, Device.CPU), dtype, shape);
  }

  /// Elements of float32.
  @SuppressWarnings("ArrayRecordComponent") // a view of an array, compared by nobody
  record Floats(float[] array) implements Numbers {
    @Override
    public int length() {
      return array.length;
    }

    @Override
    public double get(int i) {
      return array[i];
    }

    @Override
    public void set(int i, double value) {
      array[i] = (float) value;
    }

    @Override
    public Tensor toTensor(Shape shape) {
      return tensor(shape, array);
    }
  }

  /// Elements of float64.
  @SuppressWarnings("ArrayRecordComponent") // a view of an array, compared by nobody
  record Doubles(double[] array) implements Numbers {
    @Override
    public int length() {
      return array.length;
    }

    @Override
    public double get(int i) {
      return array[i];
    }

    @Override
    public void set(int i, double value) {
      array[i] = value;
    }

    @Override
    public Tensor toTensor(Shape shape) {
      return tensor(shape, array);
    }
  }
}
