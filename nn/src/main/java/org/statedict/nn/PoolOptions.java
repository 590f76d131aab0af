package org.statedict.nn;

import java.util.Arrays;
import java.util.List;
import org.statedict.tensor.Window;

/// How a pooling moves: one number for each spatial dimension, or one for all.
///
/// @param size of the window
/// @param stride how far it moves; empty for its own size
/// @param padding what is imagined on each side, 0 unless said
/// @param dilation how far the elements that it sees lie apart, 1 unless said
/// @param ceiling whether a last window that only begins inside counts, which it does not unless
///   said
/// @param counted whether the padding counts in a mean, which it does unless said
public record PoolOptions(
    List<Integer> size,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    boolean ceiling,
    Window.Padding counted) {
  public PoolOptions {
    size = List.copyOf(size);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /// A window of this size that moves by its own size.
  public static PoolOptions window(int... size) {
    return new PoolOptions(
        list(size), List.of(), List.of(0), List.of(1), false, Window.Padding.COUNTED);
  }

  private static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  public PoolOptions withStride(int... moved) {
    return new PoolOptions(size, list(moved), padding, dilation, ceiling, counted);
  }

  public PoolOptions withPadding(int... padded) {
    return new PoolOptions(size, stride, list(padded), dilation, ceiling, counted);
  }

  public PoolOptions withDilation(int... dilated) {
    return new PoolOptions(size, stride, padding, list(dilated), ceiling, counted);
  }

  public PoolOptions withCeiling(boolean wanted) {
    return new PoolOptions(size, stride, padding, dilation, wanted, counted);
  }

  public PoolOptions withCounted(Window.Padding inMean) {
    return new PoolOptions(size, stride, padding, dilation, ceiling, inMean);
  }

  Window of(int rank) {
    return new Window(
        ConvOptions.repeated(size, rank),
        ConvOptions.repeated(moved(), rank),
        ConvOptions.repeated(padding, rank),
        ConvOptions.repeated(dilation, rank),
        ceiling);
  }

  List<Integer> moved() {
    return stride.isEmpty() ? size : stride;
  }

  /// `2` for one number, `(2, 3)` for several.
  private static String text(List<Integer> values) {
    return values.size() == 1 ? "" + values.getFirst() : ModulePrinter.tuple(values);
  }

  /// A mean over one dimension shows its numbers as tuples.
  String averageDescription(int rank) {
    return rank == 1
        ? "kernel_size=%s, stride=%s, padding=%s"
            .formatted(
                ModulePrinter.tuple(size),
                ModulePrinter.tuple(moved()),
                ModulePrinter.tuple(padding))
        : "kernel_size=%s, stride=%s, padding=%s"
            .formatted(text(size), text(moved()), text(padding));
  }

  String maxDescription() {
    return "kernel_size=%s, stride=%s, padding=%s, dilation=%s, ceil_mode=%s"
        .formatted(
            text(size),
            text(moved()),
            text(padding),
            text(dilation),
            ModulePrinter.python(ceiling));
  }
}
