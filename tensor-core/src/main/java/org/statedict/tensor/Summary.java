package org.statedict.tensor;

import java.util.ArrayList;
import java.util.List;

/// Which elements of a tensor are printed: all, or of a big one three at each end of each
/// dimension.
///
/// The elements that are printed are themselves a view: a dimension cut to its ends becomes two, of
/// sizes 2 and 3, the outer of which steps from the first end to the last.
///
/// @param tensor the elements that are printed, in row-major order
/// @param shortened whether dimensions of more than six elements are cut
record Summary(Tensor tensor, boolean shortened) {
  private static final int EDGE = 3;
  private static final int THRESHOLD = 1000;

  static Summary of(Tensor tensor) {
    boolean shortened = tensor.elementCount() > THRESHOLD;
    return new Summary(shortened ? ends(tensor) : tensor, shortened);
  }

  private static Tensor ends(Tensor tensor) {
    List<Long> dims = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < tensor.shape().rank(); i++) {
      long size = tensor.shape().dim(i);
      long step = tensor.strides().step(i);
      if (size > 2 * EDGE) {
        dims.add(2L);
        steps.add(step * (size - EDGE));
      }
      dims.add(size > 2 * EDGE ? EDGE : size);
      steps.add(step);
    }
    return tensor.view(
        Shape.of(dims.stream().mapToLong(Long::longValue).toArray()),
        Strides.of(steps.stream().mapToLong(Long::longValue).toArray()),
        tensor.storageOffset());
  }

  /// Whether a dimension of this size shows its ends only.
  boolean cuts(long size) {
    return shortened && size > 2 * EDGE;
  }

  /// How many elements a dimension of this size shows.
  int shown(long size) {
    return cuts(size) ? 2 * EDGE : Math.toIntExact(size);
  }

  /// Whether the dots of a dimension of this size stand before the element shown at `index`.
  boolean dotsBefore(int index, long size) {
    return cuts(size) && index == EDGE;
  }
}
