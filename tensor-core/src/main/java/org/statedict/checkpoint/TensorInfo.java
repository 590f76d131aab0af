package org.statedict.checkpoint;

import java.util.Optional;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Strides;

/// What is known of a tensor without reading it.
///
/// @param name its listed name
/// @param strides in elements
/// @param storage tensors with the same number share bytes; counted from 0 by first appearance
/// @param storageOffset in elements
/// @param device the file's tag
/// @param extent where its bytes lie, if they lie contiguous in a file
/// @param problem why it cannot be read, if that is known already
public record TensorInfo(
    String name,
    DType dtype,
    Shape shape,
    Strides strides,
    int storage,
    long storageOffset,
    boolean requiresGrad,
    Device device,
    Optional<Extent> extent,
    Optional<CheckpointException> problem) {

  /// A run of bytes in a file.
  public record Extent(String file, long byteOffset, long byteSize) {}

  /// The same facts under another storage number.
  public TensorInfo withStorage(int number) {
    return new TensorInfo(
        name, dtype, shape, strides, number, storageOffset, requiresGrad, device, extent, problem);
  }

  /// The bytes that the elements take when densely packed.
  public long byteSize() {
    return dtype.byteSize(shape.elementCount());
  }
}
