package org.statedict.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes a tensor as PyTorch prints it; reads no more elements than it prints.
final class TensorPrinter {
  private static final int LINE = 80;
  private static final String PREFIX = "tensor(";

  /// PyTorch would print even these in full.
  private static final int MOST_ELEMENTS = 100_000;

  private static final int HIGHEST_RANK = 64;

  private final Summary summary;
  private final Shape shape;
  private final int elementWidth;
  private final Iterator<String> elements;

  private TensorPrinter(Tensor tensor) {
    this.summary = Summary.of(tensor);
    this.shape = tensor.shape();
    ElementTexts texts = ElementTexts.of(summary.tensor());
    this.elementWidth = texts.width();
    this.elements = texts.elements().iterator();
  }

  static String print(Tensor tensor) {
    String heading = tensor.traits().parameter() ? "Parameter containing:\n" : "";
    return heading + withSuffixes(PREFIX + contents(tensor), suffixes(tensor));
  }

  private static String contents(Tensor tensor) {
    if (!hasContents(tensor)) {
      return "...";
    }
    return tensor.elementCount() == 0
        ? "[]"
        : new TensorPrinter(tensor).dimension(0, PREFIX.length());
  }

  private static boolean hasContents(Tensor tensor) {
    return !tensor.device().label().equals("meta")
        && tensor.shape().rank() <= HIGHEST_RANK
        && Summary.of(tensor).tensor().elementCount() <= MOST_ELEMENTS;
  }

  private String dimension(int axis, int indent) {
    if (shape.rank() == 0) {
      return elements.next();
    }
    return axis == shape.rank() - 1 ? vector(indent) : nested(axis, indent);
  }

  private String nested(int axis, int indent) {
    List<String> parts = new ArrayList<>();
    long size = shape.dim(axis);
    for (int i = 0; i < summary.shown(size); i++) {
      if (summary.dotsBefore(i, size)) {
        parts.add("...");
      }
      parts.add(dimension(axis + 1, indent + 1));
    }
    String lines = "\n".repeat(shape.rank() - axis - 1);
    return "[" + String.join("," + lines + " ".repeat(indent + 1), parts) + "]";
  }

  private String vector(int indent) {
    List<String> parts = new ArrayList<>();
    long size = shape.dim(-1);
    for (int i = 0; i < summary.shown(size); i++) {
      if (summary.dotsBefore(i, size)) {
        parts.add(" ...");
      }
      parts.add(elements.next());
    }
    int perLine = Math.max(1, (LINE - indent) / (elementWidth + 2));
    String separator = ",\n" + " ".repeat(indent + 1);
    return IntStream.range(0, Math.ceilDiv(parts.size(), perLine))
        .mapToObj(i -> parts.subList(i * perLine, Math.min((i + 1) * perLine, parts.size())))
        .map(line -> String.join(", ", line))
        .collect(Collectors.joining(separator, "[", "]"));
  }

  private static List<String> suffixes(Tensor tensor) {
    List<String> suffixes = new ArrayList<>();
    DType dtype = tensor.dtype();
    boolean whole = hasContents(tensor) && tensor.elementCount() > 0;
    if (!tensor.device().isCpu()) {
      suffixes.add("device='" + tensor.device() + "'");
    }
    if (!whole && !(tensor.shape().rank() == 1 && hasContents(tensor))) {
      suffixes.add("size=" + tuple(tensor.shape()));
    }
    if (whole ? !isDefault(dtype) : dtype != DType.FLOAT32) {
      suffixes.add("dtype=torch." + dtype);
    }
    if (tensor.traits().requiresGrad()) {
      suffixes.add("requires_grad=True");
    }
    return suffixes;
  }

  /// Whether the elements alone tell the type.
  private static boolean isDefault(DType dtype) {
    return switch (dtype) {
      case FLOAT32, COMPLEX64, INT64, BOOL -> true;
      default -> false;
    };
  }

  private static String tuple(Shape shape) {
    String dims =
        Arrays.stream(shape.toArray()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return "(" + dims + (shape.rank() == 1 ? ",)" : ")");
  }

  private static String withSuffixes(String text, List<String> suffixes) {
    StringBuilder all = new StringBuilder(text);
    int lineLength = text.length() - text.lastIndexOf('\n') + 1;
    for (String suffix : suffixes) {
      if (lineLength + suffix.length() + 2 > LINE) {
        all.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
        lineLength = PREFIX.length() + suffix.length();
      } else {
        all.append(", ").append(suffix);
        lineLength += suffix.length() + 2;
      }
    }
    return all.append(')').toString();
  }
}
