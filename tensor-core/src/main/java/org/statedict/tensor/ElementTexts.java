package org.statedict.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A tensor's elements as PyTorch writes them, in row-major order.
///
/// @param elements the texts
/// @param width how wide PyTorch takes each of them to be
record ElementTexts(List<String> elements, int width) {
  static ElementTexts of(Tensor tensor) {
    return switch (tensor.dtype().kind()) {
      case FLOAT -> numbers(tensor);
      case COMPLEX -> pairs(tensor);
      case BOOL ->
          texts(Arrays.stream(tensor.toLongArray()).mapToObj(b -> b == 0 ? "False" : "True"));
      case SIGNED -> texts(Arrays.stream(tensor.toLongArray()).mapToObj(Long::toString));
      case UNSIGNED -> texts(Arrays.stream(tensor.toLongArray()).mapToObj(Long::toUnsignedString));
      case QUANTIZED, BITS -> raw(tensor);
    };
  }

  private static ElementTexts numbers(Tensor tensor) {
    double[] numbers = tensor.toDoubleArray();
    ElementFormat format =
        tensor.dtype() == DType.FLOAT8_E8M0FNU
            ? ElementFormat.ofPowers(numbers)
            : ElementFormat.of(numbers);
    return new ElementTexts(
        Arrays.stream(numbers).mapToObj(format::format).toList(), format.width());
  }

  private static ElementTexts pairs(Tensor tensor) {
    double[] parts = new double[2 * Math.toIntExact(tensor.elementCount())];
    Cast.of(tensor, DType.COMPLEX128).fill(0, MemorySegment.ofArray(parts));
    ElementFormat re = ElementFormat.of(everySecond(parts, 0));
    ElementFormat im = ElementFormat.of(everySecond(parts, 1));
    List<String> elements =
        IntStream.range(0, parts.length / 2)
            .mapToObj(i -> re.format(parts[2 * i]) + imaginary(im.format(parts[2 * i + 1])))
            .toList();
    return new ElementTexts(elements, re.width() + im.width() + 1);
  }

  private static double[] everySecond(double[] parts, int first) {
    return IntStream.range(0, parts.length / 2).mapToDouble(i -> parts[2 * i + first]).toArray();
  }

  private static String imaginary(String padded) {
    String bare = padded.strip();
    return (bare.startsWith("-") ? "" : "+") + bare + "j";
  }

  /// Types that we compute nothing with, as the integers that are stored.
  private static ElementTexts raw(Tensor tensor) {
    DType stored =
        switch (tensor.dtype()) {
          case QINT8 -> DType.INT8;
          case QINT32 -> DType.INT32;
          case BITS16 -> DType.UINT16;
          default -> DType.UINT8;
        };
    return of(
        Tensor.over(
            tensor.storage(), stored, tensor.shape(), tensor.strides(), tensor.storageOffset()));
  }

  /// All padded to the widest.
  private static ElementTexts texts(Stream<String> bare) {
    List<String> elements = bare.toList();
    int width = elements.stream().mapToInt(String::length).max().orElse(1);
    return new ElementTexts(
        elements.stream().map(text -> ElementFormat.padded(text, width)).toList(), width);
  }
}
