package org.statedict.tensor;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// A window that moves over the spatial dimensions of a tensor, as convolutions and poolings have
/// it; one number for each of these dimensions.
///
/// @param size how many elements it sees
/// @param stride how far it moves
/// @param padding how many elements are imagined around the tensor, on each side
/// @param dilation how far the elements that it sees lie apart
/// @param ceiling whether a last window that only begins inside counts, too
public record Window(
    List<Integer> size,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    boolean ceiling) {
  /// Whether imagined elements count in a mean.
  public enum Padding {
    COUNTED,
    IGNORED
  }

  public Window {
    int rank = size.size();
    if (stride.size() != rank || padding.size() != rank || dilation.size() != rank) {
      throw new IllegalArgumentException(
          "size %s, stride %s, padding %s and dilation %s differ in length"
              .formatted(size, stride, padding, dilation));
    }
    size = List.copyOf(size);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /// A window of this size that moves by one element, without padding or dilation.
  public static Window of(List<Integer> size) {
    List<Integer> ones = Collections.nCopies(size.size(), 1);
    return new Window(size, ones, Collections.nCopies(size.size(), 0), ones, false);
  }

  public Window withStride(List<Integer> moved) {
    return new Window(size, moved, padding, dilation, ceiling);
  }

  public Window withPadding(List<Integer> padded) {
    return new Window(size, stride, padded, dilation, ceiling);
  }

  public Window withDilation(List<Integer> dilated) {
    return new Window(size, stride, padding, dilated, ceiling);
  }

  public Window withCeiling(boolean counted) {
    return new Window(size, stride, padding, dilation, counted);
  }

  /// How many windows there are along each spatial dimension of these sizes.
  ///
  /// @throws IllegalArgumentException if there is none
  public long[] count(long... spatial) {
    if (spatial.length != size.size()) {
      throw new IllegalArgumentException(
          "a window of size %s over spatial dimensions %s".formatted(size, Shape.of(spatial)));
    }
    return IntStream.range(0, spatial.length).mapToLong(i -> count(i, spatial[i])).toArray();
  }

  private long count(int dim, long length) {
    long room = length + 2L * padding.get(dim) - dilation.get(dim) * (size.get(dim) - 1L) - 1;
    if (room < 0) {
      throw new IllegalArgumentException(
          "a window of size %s, dilation %s does not fit into %d elements with padding %s"
              .formatted(size, dilation, length, padding));
    }
    long step = stride.get(dim);
    long count = (ceiling ? Math.ceilDiv(room, step) : room / step) + 1;
    boolean beginsOutside = ceiling && (count - 1) * step >= length + padding.get(dim);
    return beginsOutside ? count - 1 : count;
  }

  /// How many elements a window sees.
  int elementCount() {
    return size.stream().reduce(1, Math::multiplyExact);
  }

  /// For each element of the window and each window, row-major, the position that it sees in the
  /// spatial dimensions, or -1 in the padding.
  int[] positions(long... spatial) {
    Shape windows = Shape.of(count(spatial));
    Shape elements = Shape.of(size.stream().mapToLong(Integer::longValue).toArray());
    long[] rest = {1, 1};
    int[] positions = new int[1];
    for (int d = 0; d < spatial.length; d++) {
      positions = extended(positions, rest, d, windows.dim(d), elements.dim(d), spatial[d]);
      rest[0] *= elements.dim(d);
      rest[1] *= windows.dim(d);
    }
    return positions;
  }

  /// Positions with one more dimension.
  ///
  /// @param sizes the numbers of elements and of windows so far
  private int[] extended(
      int[] outer, long[] sizes, int d, long windows, long elements, long length) {
    int[] positions = new int[Math.toIntExact(outer.length * windows * elements)];
    int at = 0;
    for (int e = 0; e < sizes[0]; e++) {
      for (int k = 0; k < elements; k++) {
        for (int w = 0; w < sizes[1]; w++) {
          int base = outer[(int) (e * sizes[1] + w)];
          for (int o = 0; o < windows; o++) {
            long inside = (long) o * stride.get(d) - padding.get(d) + (long) k * dilation.get(d);
            boolean seen = base >= 0 && inside >= 0 && inside < length;
            positions[at++] = seen ? Math.toIntExact(base * length + inside) : -1;
          }
        }
      }
    }
    return positions;
  }
}
