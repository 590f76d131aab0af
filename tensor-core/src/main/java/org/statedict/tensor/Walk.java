package org.statedict.tensor;

import java.util.Arrays;

/// The way through a storage that visits a tensor's elements in row-major order.
///
/// Dimensions of size 1 are dropped and neighbours merged where one continues the other, so that a
/// contiguous tensor has one dimension of step 1. Positions and steps count elements.
final class Walk {
  private final long[] sizes;
  private final long[] steps;
  private final long first;

  private Walk(long[] sizes, long[] steps, long first) {
    this.sizes = sizes;
    this.steps = steps;
    this.first = first;
  }

  static Walk of(Tensor tensor) {
    Shape shape = tensor.shape();
    long[] sizes = new long[shape.rank() + 1];
    long[] steps = new long[shape.rank() + 1];
    sizes[0] = 1;
    steps[0] = 1;
    int n = 0;
    for (int i = 0; i < shape.rank(); i++) {
      long size = shape.dim(i);
      long step = tensor.strides().step(i);
      boolean continues = sizes[n] != 1 && steps[n] == step * size;
      n += size == 1 || continues || sizes[n] == 1 ? 0 : 1;
      sizes[n] = continues ? sizes[n] * size : size == 1 ? sizes[n] : size;
      steps[n] = size == 1 ? steps[n] : step;
    }
    return new Walk(
        Arrays.copyOf(sizes, n + 1), Arrays.copyOf(steps, n + 1), tensor.storageOffset());
  }

  /// Whether the elements lie one after the other.
  boolean isDense() {
    return sizes.length == 1 && steps[0] == 1;
  }

  /// The size of the last dimension.
  long columns() {
    return sizes[sizes.length - 1];
  }

  /// How far apart neighbours along the last dimension lie.
  long columnStep() {
    return steps[steps.length - 1];
  }

  /// How many rows from the one that holds `element` on lie side by side in the storage, so that
  /// their first elements follow each other: more than one in a transposed matrix.
  long rowsSideBySide(long element) {
    int outer = sizes.length - 2;
    return outer < 0 || steps[outer] != 1 ? 1 : sizes[outer] - element / columns() % sizes[outer];
  }

  /// Where the element with this row-major number lies.
  long position(long element) {
    long at = first;
    long rest = element;
    for (int i = sizes.length - 1; i >= 0 && rest > 0; i--) {
      at += rest % sizes[i] * steps[i];
      rest /= sizes[i];
    }
    return at;
  }

  /// A range of positions that holds the elements `from` (included) to `to` (excluded); exact along
  /// the outermost dimension in which these differ, whole dimensions below it.
  Range range(long from, long to) {
    long low = 0;
    long high = 0;
    long whole = 0;
    long begin = from;
    long last = to - 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      whole += (sizes[i] - 1) * steps[i];
      boolean together = begin / sizes[i] == last / sizes[i];
      low = together ? low + begin % sizes[i] * steps[i] : 0;
      high = together ? high + last % sizes[i] * steps[i] : whole;
      begin /= sizes[i];
      last /= sizes[i];
    }
    return new Range(first + low, first + high + 1);
  }

  /// Positions from `low` (included) to `high` (excluded).
  record Range(long low, long high) {
    long size() {
      return high - low;
    }
  }
}
