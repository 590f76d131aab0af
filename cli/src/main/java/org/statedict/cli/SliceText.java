package org.statedict.cli;

import java.util.List;
import org.statedict.tensor.Tensor;

/// Indexing as Python writes it: `0:2,:,3`, with `...` and steps.
final class SliceText {
  private SliceText() {}

  /// The part of `tensor` that `text` selects; a view.
  ///
  /// @throws UsageException if the text does not fit the tensor
  static Tensor apply(String text, Tensor tensor) {
    List<String> parts = List.of(text.split(",", -1));
    long ellipses = parts.stream().filter(part -> part.strip().equals("...")).count();
    int given = parts.size() - (int) ellipses;
    if (ellipses > 1 || given > tensor.shape().rank()) {
      throw wrong(text, tensor);
    }
    Tensor view = tensor;
    int axis = 0;
    for (String part : parts) {
      String index = part.strip();
      if (index.equals("...")) {
        axis += tensor.shape().rank() - given;
      } else if (index.contains(":")) {
        view = sliced(view, axis++, index, text, tensor);
      } else {
        view = selected(view, axis, index, text, tensor);
      }
    }
    return view;
  }

  private static Tensor selected(Tensor view, int axis, String index, String text, Tensor whole) {
    try {
      return view.select(axis, Long.parseLong(index));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw wrong(text, whole);
    }
  }

  private static Tensor sliced(Tensor view, int axis, String range, String text, Tensor whole) {
    String[] bounds = range.split(":", -1);
    try {
      long start = number(bounds[0], 0);
      long end = number(bounds[1], view.shape().dim(axis));
      long step = bounds.length > 2 ? number(bounds[2], 1) : 1;
      if (bounds.length > 3) {
        throw wrong(text, whole);
      }
      return view.slice(axis, start, end, step);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw wrong(text, whole);
    }
  }

  private static long number(String text, long otherwise) {
    return text.isBlank() ? otherwise : Long.parseLong(text.strip());
  }

  private static UsageException wrong(String text, Tensor tensor) {
    return new UsageException(
        "--slice %s does not fit a tensor of shape %s; write it like 0:2,:,3"
            .formatted(text, tensor.shape()));
  }
}
