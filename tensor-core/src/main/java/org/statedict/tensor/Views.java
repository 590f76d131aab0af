package org.statedict.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.statedict.tensor.GradFn.Edge;

/// What views and joins of tensors mean for gradients.
final class Views {
  private Views() {}

  /// A view that remembers its source: the gradient by what it does not show is zero.
  ///
  /// @param view makes the view of any tensor of this shape
  static Tensor part(Tensor x, UnaryOperator<Tensor> view) {
    return GradFn.record(view.apply(x), x, g -> embedded(g, x.shape(), view));
  }

  static Tensor slice(Tensor x, int dim, long start, long end, long step) {
    if (step < 1) {
      throw new IllegalArgumentException("step " + step + " is not positive");
    }
    int axis = x.shape().axis(dim);
    long size = x.shape().dim(axis);
    long from = clip(start, size);
    long count = Math.max(0, Math.ceilDiv(clip(end, size) - from, step));
    long[] dims = x.shape().toArray();
    long[] steps = x.strides().toArray();
    dims[axis] = count;
    long offset = x.storageOffset() + (count == 0 ? 0 : from * steps[axis]);
    boolean overflows = Math.multiplyHigh(steps[axis], step) != 0 || steps[axis] * step < 0;
    steps[axis] = overflows ? steps[axis] : steps[axis] * step;
    return x.view(Shape.of(dims), Strides.of(steps), offset);
  }

  private static long clip(long position, long size) {
    return Math.clamp(position < 0 ? position + size : position, 0, size);
  }

  static Tensor select(Tensor x, int dim, long index) {
    int axis = x.shape().axis(dim);
    long at = index < 0 ? index + x.shape().dim(axis) : index;
    if (at < 0 || at >= x.shape().dim(axis)) {
      throw new IndexOutOfBoundsException(
          "position %d of dimension %d of shape %s".formatted(index, dim, x.shape()));
    }
    return x.view(
        Shape.of(without(x.shape().toArray(), axis)),
        Strides.of(without(x.strides().toArray(), axis)),
        x.storageOffset() + at * x.strides().step(axis));
  }

  private static long[] without(long[] values, int axis) {
    return LongStream.concat(
            Arrays.stream(values, 0, axis), Arrays.stream(values, axis + 1, values.length))
        .toArray();
  }

  private static Tensor embedded(Tensor g, Shape shape, UnaryOperator<Tensor> view) {
    Numbers whole = Numbers.zeros(g.dtype(), shape.elementCount());
    Tensor result = whole.toTensor(shape);
    Tensor shown = view.apply(result);
    Numbers in = Numbers.of(g);
    long[] at = new long[shown.shape().rank()];
    for (int i = 0; i < in.length(); i++) {
      long position = shown.storageOffset();
      for (int d = 0; d < at.length; d++) {
        position += at[d] * shown.strides().step(d);
      }
      whole.set((int) position, in.get(i));
      Indexing.advance(at, shown.shape());
    }
    return result;
  }

  static Tensor unsqueeze(Tensor x, int dim) {
    int axis = dim < 0 ? dim + x.shape().rank() + 1 : dim;
    if (axis < 0 || axis > x.shape().rank()) {
      throw new IndexOutOfBoundsException("dimension " + dim + " in front of shape " + x.shape());
    }
    long step = axis < x.shape().rank() ? x.strides().step(axis) * x.shape().dim(axis) : 1;
    Tensor view =
        x.view(
            Shape.of(inserted(x.shape().toArray(), axis, 1)),
            Strides.of(inserted(x.strides().toArray(), axis, step)),
            x.storageOffset());
    return GradFn.record(view, x, g -> g.reshape(x.shape().toArray()));
  }

  private static long[] inserted(long[] values, int at, long value) {
    return LongStream.concat(
            LongStream.concat(Arrays.stream(values, 0, at), LongStream.of(value)),
            Arrays.stream(values, at, values.length))
        .toArray();
  }

  static Tensor flatten(Tensor x, int first, int last) {
    if (x.shape().rank() == 0) {
      return x.reshape(1);
    }
    int from = x.shape().axis(first);
    int to = x.shape().axis(last);
    long[] dims = x.shape().toArray();
    long joined = Arrays.stream(dims, from, to + 1).reduce(1, (a, b) -> a * b);
    return x.reshape(
        LongStream.concat(
                LongStream.concat(Arrays.stream(dims, 0, from), LongStream.of(joined)),
                Arrays.stream(dims, to + 1, dims.length))
            .toArray());
  }

  /// The tensors one behind the other along a dimension.
  static Tensor joined(int dim, List<Tensor> parts) {
    Shape first = parts.getFirst().shape();
    int axis = first.axis(dim);
    long[] dims = first.toArray();
    dims[axis] = parts.stream().mapToLong(p -> sizeAlong(p, axis, first)).sum();
    Numbers out = Numbers.zeros(parts.getFirst().dtype(), Shape.of(dims).elementCount());
    List<Edge> edges = new ArrayList<>();
    long inner = Arrays.stream(dims, axis + 1, dims.length).reduce(1, (a, b) -> a * b);
    long at = 0;
    for (Tensor part : parts) {
      long size = part.shape().dim(axis);
      place(part, out, (int) (at * inner), (int) (dims[axis] * inner), (int) (size * inner));
      long from = at;
      edges.add(new Edge(part, g -> g.slice(axis, from, from + size).contiguous()));
      at += size;
    }
    return GradFn.record(out.toTensor(Shape.of(dims)), edges);
  }

  private static long sizeAlong(Tensor part, int axis, Shape first) {
    long[] dims = part.shape().toArray();
    if (dims.length == first.rank()) {
      dims[axis] = first.dim(axis);
    }
    if (!Arrays.equals(dims, first.toArray())) {
      throw new IllegalArgumentException(
          "shapes %s and %s do not join along dimension %d".formatted(first, part.shape(), axis));
    }
    return part.shape().dim(axis);
  }

  private static void place(Tensor part, Numbers out, int at, int stride, int run) {
    Numbers in = Numbers.of(part);
    for (int from = 0, to = at; from < in.length(); from += run, to += stride) {
      for (int i = 0; i < run; i++) {
        out.set(to + i, in.get(from + i));
      }
    }
  }
}
