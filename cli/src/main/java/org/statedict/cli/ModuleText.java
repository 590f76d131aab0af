package org.statedict.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.statedict.checkpoint.Escapes;
import org.statedict.tensor.Dict;
import org.statedict.tensor.ModuleTree;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// A whole model as lines: each module with its class and its plain fields, the modules in it
/// below, much as PyTorch prints a model. Hooks, and what begins with an underscore, are left out.
final class ModuleText {
  private static final int MOST_LINES = 10_000;
  private static final int MOST_ITEMS = 8;

  private final List<String> lines = new ArrayList<>();

  private ModuleText() {}

  /// The lines of a model, each beginning with `indent`.
  static List<String> of(Value model, String indent) {
    ModuleText text = new ModuleText();
    text.add(indent, "", model);
    return text.lines;
  }

  private void add(String indent, String label, Value value) {
    if (lines.size() >= MOST_LINES) {
      return;
    }
    if (!(value instanceof Opaque module) || !ModuleTree.isModule(module)) {
      lines.add(indent + label + Escapes.visible(value.toString()));
      return;
    }
    Dict state = module.state().orElseThrow().asDict();
    Dict children = ModuleTree.part("", module, "_modules");
    String name = module.className().substring(module.className().lastIndexOf('.') + 1);
    String opening = indent + label + Escapes.visible(name) + "(" + fields(state);
    if (children.size() == 0) {
      lines.add(opening + ")");
      return;
    }
    lines.add(opening);
    children
        .entries()
        .forEach((key, child) ->
            add(indent + "  ", "(" + Escapes.visible(key.toString()) + "): ", child));
    lines.add(indent + ")");
  }

  private static String fields(Dict state) {
    return state.entries().entrySet().stream()
        .filter(e -> !e.getKey().toString().startsWith("_"))
        .filter(e -> !e.getKey().toString().equals("training"))
        .flatMap(e ->
            text(e.getValue()).map(value -> Escapes.visible(e.getKey() + "=" + value)).stream())
        .collect(Collectors.joining(", "));
  }

  /// A scalar or a short tuple as Python writes it.
  private static Optional<String> text(Value value) {
    return switch (value) {
      case Scalar.Text text -> Optional.of("'" + text.value() + "'");
      case Scalar scalar -> Optional.of(scalar.toString());
      case Seq seq
          when seq.size() <= MOST_ITEMS
              && seq.items().stream().allMatch(Scalar.class::isInstance) ->
          Optional.of(
              seq.items().stream()
                  .map(Value::toString)
                  .collect(Collectors.joining(", ", "(", seq.size() == 1 ? ",)" : ")")));
      case Value _ -> Optional.empty();
    };
  }
}
