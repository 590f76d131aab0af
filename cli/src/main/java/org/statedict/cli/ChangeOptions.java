package org.statedict.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.ValueTransform;
import org.statedict.checkpoint.ValueTransform.Transformed;
import org.statedict.checkpoint.spi.Leaf;
import org.statedict.tensor.DType;
import org.statedict.tensor.Value;
import picocli.CommandLine.Option;

/// The options that change a value on its way from one file to another.
final class ChangeOptions {
  @Option(
      names = "--dtype",
      paramLabel = "[REGEX=]DTYPE",
      description = "Casts floating tensors; repeatable.")
  List<String> dtype = new ArrayList<>();

  @Option(
      names = "--rename",
      paramLabel = "REGEX=REPLACEMENT",
      description = "Renames entries; repeatable, in order.")
  List<String> rename = new ArrayList<>();

  @Option(names = "--include", paramLabel = "REGEX", description = "Keeps matching entries only.")
  List<String> include = new ArrayList<>();

  @Option(names = "--exclude", paramLabel = "REGEX", description = "Leaves matching entries out.")
  List<String> exclude = new ArrayList<>();

  @Option(names = "--select", paramLabel = "PATH", description = "Converts a part of the tree.")
  String select = "";

  @Option(names = "--strip-prefix", paramLabel = "PREFIX", description = "As PyTorch's own helper.")
  String stripPrefix = "";

  @Option(
      names = "--keras-to-torch",
      description = "Gives a Keras model's weights the names and axes that PyTorch has.")
  boolean kerasToTorch;

  /// Lists the leaves of a value under their names.
  interface Names {
    List<Leaf> of(Value value) throws IOException;
  }

  /// Whether every entry stays, and under its name.
  boolean keepsNames() {
    return rename.isEmpty()
        && include.isEmpty()
        && exclude.isEmpty()
        && select.isEmpty()
        && stripPrefix.isEmpty()
        && !kerasToTorch;
  }

  /// What is to be changed.
  Transformed transformed(Checkpoint source) throws UnsupportedValueException {
    return kerasToTorch
        ? ValueTransform.named("keras-to-torch").apply(source.tree(), source.metadata())
        : new Transformed(source.tree(), List.of());
  }

  /// The options for what is saved: what a model was in Keras does not describe it in PyTorch.
  SaveOptions describe(SaveOptions save, Checkpoint source) {
    return kerasToTorch ? save : save.withMetadataOf(source);
  }

  /// The value as the options want it.
  ///
  /// @param target the file that it goes to, for messages
  Value apply(Value tree, String target, Names names) throws IOException {
    Value value = select.isEmpty() ? tree : Rewrite.select(tree, select);
    if (!stripPrefix.isEmpty()) {
      value = stripped(value);
    }
    if (!include.isEmpty() || !exclude.isEmpty() || !rename.isEmpty()) {
      value = Rewrite.renamed(value, names.of(value), renaming(), target);
    }
    return dtype.isEmpty() ? value : Rewrite.cast(value, names.of(value), casting());
  }

  private Value stripped(Value value) {
    try {
      return value.asStateDict().stripPrefix(stripPrefix);
    } catch (ClassCastException | IllegalArgumentException e) {
      throw new UsageException("--strip-prefix: " + e.getMessage());
    }
  }

  private Function<String, @Nullable String> renaming() {
    List<Pattern> kept = include.stream().map(r -> Rewrite.regex("--include", r)).toList();
    List<Pattern> dropped = exclude.stream().map(r -> Rewrite.regex("--exclude", r)).toList();
    List<Rewrite.Rule> rules = Rewrite.rules("--rename", rename);
    return name -> {
      boolean in = kept.isEmpty() || kept.stream().anyMatch(p -> p.matcher(name).find());
      if (!in || dropped.stream().anyMatch(p -> p.matcher(name).find())) {
        return null;
      }
      String renamed = name;
      for (Rewrite.Rule rule : rules) {
        renamed = rule.pattern().matcher(renamed).replaceAll(rule.replacement());
      }
      return renamed;
    };
  }

  private Function<String, @Nullable DType> casting() {
    List<Rewrite.Rule> rules =
        dtype.stream()
            .map(text -> Rewrite.Rule.parse("--dtype", text.contains("=") ? text : "=" + text))
            .toList();
    rules.forEach(rule -> floating(rule.replacement()));
    return name -> {
      DType last = null;
      for (Rewrite.Rule rule : rules) {
        last = rule.pattern().matcher(name).find() ? floating(rule.replacement()) : last;
      }
      return last;
    };
  }

  private static DType floating(String name) {
    return DType.named(name)
        .filter(type -> type.isFloatingPoint() && !type.isSubByte())
        .orElseThrow(
            () -> new UsageException("--dtype " + name + ": no floating type that can be cast to"));
  }
}
