package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import org.statedict.tensor.Value;

/// A module's text: one line without children, else one for each, indented by two spaces.
final class ModulePrinter {
  private ModulePrinter() {}

  static String print(String name, String description, List<String> children) {
    if (children.isEmpty() && !description.contains("\n")) {
      return name + "(" + description + ")";
    }
    List<String> lines = new ArrayList<>();
    if (!description.isEmpty()) {
      lines.addAll(description.lines().toList());
    }
    children.forEach(child -> lines.addAll(child.lines().toList()));
    StringBuilder text = new StringBuilder(name).append("(\n");
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
    return text.append(')').toString();
  }

  /// Children by position; equal ones in a row are one line.
  static List<String> collapsed(List<? extends NnModule> children) {
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < children.size(); ) {
      String text = children.get(from).toString();
      int to = from + 1;
      while (to < children.size() && children.get(to).toString().equals(text)) {
        to++;
      }
      lines.add(
          to == from + 1
              ? "(%d): %s".formatted(from, text)
              : "(%d-%d): %d x %s".formatted(from, to - 1, to - from, text));
      from = to;
    }
    return lines;
  }

  /// `True` or `False`.
  static String python(boolean value) {
    return value ? "True" : "False";
  }

  /// A number as Python's `repr` writes it.
  static String python(double value) {
    return Value.of(value).toString();
  }

  /// `(1, 2)` or `(1,)`.
  static String tuple(List<? extends Number> values) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(values.get(i));
    }
    return text.append(values.size() == 1 ? ",)" : ")").toString();
  }
}
