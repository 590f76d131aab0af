package org.statedict.io.pickle;

import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Tensor;

/// A tensor's offset, shape and strides as PyTorch counts them: elements, but for 4-bit floats
/// pairs of elements along the last dimension.
@SuppressWarnings("ArrayRecordComponent") // handed over at once and never compared
record PairedView(long offset, long[] shape, long[] strides) {
  /// @throws UnsupportedValueException if 4-bit floats cannot be counted in pairs
  static PairedView of(String target, Tensor tensor) throws UnsupportedValueException {
    long[] shape = tensor.shape().toArray();
    long[] strides = tensor.strides().toArray();
    if (tensor.dtype() != DType.FLOAT4_E2M1FN) {
      return new PairedView(tensor.storageOffset(), shape, strides);
    }
    int last = shape.length - 1;
    boolean whole = last >= 0 && shape[last] % 2 == 0 && strides[last] == 1;
    for (int i = 0; i < last; i++) {
      whole &= strides[i] % 2 == 0;
      strides[i] /= 2;
    }
    if (!whole || tensor.storageOffset() % 2 != 0) {
      throw new UnsupportedValueException(
          target,
          "float4_e2m1fn of shape %s: PyTorch stores pairs along an even last dimension"
              .formatted(tensor.shape()));
    }
    shape[last] /= 2;
    return new PairedView(tensor.storageOffset() / 2, shape, strides);
  }
}
