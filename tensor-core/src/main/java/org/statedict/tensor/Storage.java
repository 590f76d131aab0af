package org.statedict.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// The bytes behind tensors, with an identity: tensors that view the same storage share their
/// bytes.
///
/// Bytes are little-endian. A storage is on the heap, mapped from a file, or deferred: computed or
/// read when its bytes are copied (inflated, byte-swapped, cast, fetched by range). It is immutable
/// and safe for use by several threads. Equality is identity.
public sealed interface Storage permits SegmentStorage, DeferredStorage {
  /// The number of bytes.
  long byteSize();

  /// The location label; the bytes are in host memory whatever it says.
  Device device();

  /// The same bytes under another label; a storage of its own.
  Storage withDevice(Device label);

  /// Copies the bytes from `at` on until `dst` is full.
  ///
  /// @throws IndexOutOfBoundsException if `at` or `at + dst.byteSize()` is outside this storage
  /// @throws IllegalStateException if the file that lent the bytes has been closed
  /// @throws java.io.UncheckedIOException if the bytes have to be read and that fails
  void copyTo(long at, MemorySegment dst);

  /// A storage on the heap over a copy of `values`.
  static Storage of(float... values) {
    return SegmentStorage.heap(MemorySegment.ofArray(values.clone()), Device.CPU);
  }

  /// A storage on the heap over a copy of `values`.
  static Storage of(double... values) {
    return SegmentStorage.heap(MemorySegment.ofArray(values.clone()), Device.CPU);
  }

  /// A storage on the heap over a copy of `values`.
  static Storage of(long... values) {
    return SegmentStorage.heap(MemorySegment.ofArray(values.clone()), Device.CPU);
  }

  /// A storage on the heap over a copy of `values`.
  static Storage of(int... values) {
    return SegmentStorage.heap(MemorySegment.ofArray(values.clone()), Device.CPU);
  }

  /// A storage on the heap over a copy of `values`.
  static Storage of(short... values) {
    return SegmentStorage.heap(MemorySegment.ofArray(values.clone()), Device.CPU);
  }

  /// A storage on the heap over a copy of `values`.
  static Storage of(byte... values) {
    return SegmentStorage.heap(MemorySegment.ofArray(values.clone()), Device.CPU);
  }

  /// A storage on the heap whose bytes `filler` provides now, from offset 0 on, in pieces of at
  /// most 8 MiB; over 2 GiB is fine. The array behind it has the element type that fits `dtype`.
  ///
  /// @throws IOException what `filler` throws
  static Storage copied(long byteSize, DType dtype, Device device, Filler filler)
      throws IOException {
    return SegmentStorage.copied(byteSize, dtype, device, filler);
  }

  /// A storage over memory that somebody else owns, usually a mapped file.
  ///
  /// @param origin what the memory belongs to, for messages: the file's name
  static Storage mapped(MemorySegment bytes, Device device, String origin) {
    return new SegmentStorage(bytes.asReadOnly(), device, origin);
  }

  /// A storage whose bytes are provided whenever they are copied.
  static Storage deferred(long byteSize, Device device, Filler filler) {
    return new DeferredStorage(byteSize, device, filler);
  }

  /// Provides bytes of a deferred storage.
  @FunctionalInterface
  interface Filler {
    /// Fills `dst` with the bytes from offset `at` on; the range is inside the storage.
    void fill(long at, MemorySegment dst) throws IOException;
  }
}
