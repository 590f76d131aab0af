package org.statedict.nn;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.statedict.tensor.Window;

/// How a convolution moves: one number for each spatial dimension, or one for all.
///
/// ```java
/// new Conv2d(3, 8, ConvOptions.kernel(3).withStride(2).withPadding(1));
/// ```
///
/// @param size of the kernel
/// @param stride how far it moves, 1 unless said
/// @param padding zeros on each side, 0 unless said
/// @param outputPadding what a transposed convolution adds on one side, 0 unless said
/// @param dilation how far the elements that it sees lie apart, 1 unless said
/// @param groups into how many parts channels are divided that do not mix, 1 unless said
/// @param bias whether a vector is added, which it is unless said
public record ConvOptions(
    List<Integer> size,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> outputPadding,
    List<Integer> dilation,
    int groups,
    Bias bias) {
  public ConvOptions {
    size = List.copyOf(size);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    outputPadding = List.copyOf(outputPadding);
    dilation = List.copyOf(dilation);
  }

  /// A kernel of this size.
  public static ConvOptions kernel(int... size) {
    List<Integer> one = List.of(1);
    List<Integer> none = List.of(0);
    return new ConvOptions(list(size), one, none, none, one, 1, Bias.LEARNED);
  }

  private static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  public ConvOptions withStride(int... moved) {
    return new ConvOptions(size, list(moved), padding, outputPadding, dilation, groups, bias);
  }

  public ConvOptions withPadding(int... padded) {
    return new ConvOptions(size, stride, list(padded), outputPadding, dilation, groups, bias);
  }

  public ConvOptions withOutputPadding(int... padded) {
    return new ConvOptions(size, stride, padding, list(padded), dilation, groups, bias);
  }

  public ConvOptions withDilation(int... dilated) {
    return new ConvOptions(size, stride, padding, outputPadding, list(dilated), groups, bias);
  }

  public ConvOptions withGroups(int parts) {
    return new ConvOptions(size, stride, padding, outputPadding, dilation, parts, bias);
  }

  public ConvOptions withBias(Bias added) {
    return new ConvOptions(size, stride, padding, outputPadding, dilation, groups, added);
  }

  /// The same with one number for each of `rank` dimensions.
  ///
  /// @throws IllegalArgumentException if there is another number of them
  ConvOptions of(int rank) {
    return new ConvOptions(
        repeated(size, rank),
        repeated(stride, rank),
        repeated(padding, rank),
        repeated(outputPadding, rank),
        repeated(dilation, rank),
        groups,
        bias);
  }

  static List<Integer> repeated(List<Integer> values, int rank) {
    if (values.size() != 1 && values.size() != rank) {
      throw new IllegalArgumentException(
          "%s for %d spatial dimensions; give one number for each, or one for all"
              .formatted(values, rank));
    }
    return values.size() == 1 ? Collections.nCopies(rank, values.getFirst()) : values;
  }

  Window window() {
    return new Window(size, stride, padding, dilation, false);
  }

  /// The options as PyTorch prints them behind the channels.
  String description(boolean transposed) {
    StringBuilder text = new StringBuilder();
    text.append("kernel_size=").append(ModulePrinter.tuple(size));
    text.append(", stride=").append(ModulePrinter.tuple(stride));
    append(text, "padding", padding, 0);
    append(text, "dilation", dilation, 1);
    if (transposed) {
      append(text, "output_padding", outputPadding, 0);
    }
    text.append(groups == 1 ? "" : ", groups=" + groups);
    return text.append(bias == Bias.NONE ? ", bias=False" : "").toString();
  }

  private static void append(StringBuilder text, String name, List<Integer> values, int usual) {
    if (values.stream().anyMatch(v -> v != usual)) {
      text.append(", ").append(name).append('=').append(ModulePrinter.tuple(values));
    }
  }
}
