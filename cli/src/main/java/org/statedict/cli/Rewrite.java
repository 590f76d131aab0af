package org.statedict.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Leaf;
import org.statedict.checkpoint.spi.ValueMap;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// What `convert` may change of a value on the way: a part of it, the names of its entries, the
/// types of its numbers.
final class Rewrite {
  private Rewrite() {}

  /// A regular expression and what stands behind it.
  record Rule(Pattern pattern, String replacement) {
    /// `REGEX=REPLACEMENT`, parted at the last `=`.
    ///
    /// @throws UsageException if there is none, or the expression is wrong
    static Rule parse(String option, String text) {
      int equals = text.lastIndexOf('=');
      if (equals < 0) {
        throw new UsageException(option + " " + text + ": write it as REGEX=REPLACEMENT");
      }
      return new Rule(regex(option, text.substring(0, equals)), text.substring(equals + 1));
    }
  }

  static Pattern regex(String option, String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new UsageException(option + " " + text + ": " + e.getDescription());
    }
  }

  /// The value at a path of keys and positions joined by dots; a key may hold dots itself.
  ///
  /// @throws UsageException if the path leads nowhere
  static Value select(Value root, String path) {
    Value found = follow(root, path);
    if (found == null) {
      throw new UsageException("--select " + path + ": no such path in the value");
    }
    return found;
  }

  private static @Nullable Value follow(Value here, String path) {
    if (path.isEmpty()) {
      return here;
    }
    for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
      Value next = step(here, path.substring(0, end));
      Value found =
          next == null ? null : follow(next, path.substring(Math.min(end + 1, path.length())));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Value step(Value here, String key) {
    try {
      return here.at(key);
    } catch (java.util.NoSuchElementException notAText) {
      return numbered(here, key);
    }
  }

  private static @Nullable Value numbered(Value here, String key) {
    try {
      return here.at(Long.parseLong(key));
    } catch (NumberFormatException | java.util.NoSuchElementException nowhere) {
      return null;
    }
  }

  /// The flat dictionary of the leaves whose names `keep` accepts, under new names. A value that is
  /// no dictionary of tensors keeps its structure as long as no leaf is left out or renamed.
  ///
  /// @throws UnsupportedValueException if two leaves get one name
  static Value renamed(
      Value root, List<Leaf> leaves, Function<String, @Nullable String> rename, String target)
      throws UnsupportedValueException {
    boolean changes =
        leaves.stream().anyMatch(leaf -> !leaf.name().equals(rename.apply(leaf.name())));
    if (!changes) {
      return root;
    }
    Dict.Builder flat = Dict.builder(root instanceof Dict dict ? dict.kind() : Dict.Kind.DICT);
    Set<String> taken = new HashSet<>();
    for (Leaf leaf : leaves) {
      String name = rename.apply(leaf.name());
      if (name != null && !taken.add(name)) {
        throw new UnsupportedValueException(
            target, "two entries would be called '%s'; change --rename".formatted(name));
      }
      if (name != null) {
        flat.put(new Scalar.Text(name), leaf.value());
      }
    }
    return flat.build();
  }

  /// The same tree with floating tensors cast where a rule says so; bytes are cast as they are
  /// copied.
  static Value cast(Value root, List<Leaf> leaves, Function<String, @Nullable DType> types)
      throws IOException {
    IdentityHashMap<Tensor, DType> targets = new IdentityHashMap<>();
    for (Leaf leaf : leaves) {
      DType type = types.apply(leaf.name());
      if (type != null && leaf.value() instanceof Tensor t && t.dtype().isFloatingPoint()) {
        targets.put(t, type);
      }
    }
    return new ValueMap() {
      @Override
      protected Tensor tensor(Tensor tensor) {
        DType type = targets.get(tensor);
        return type == null ? tensor : tensor.to(type);
      }
    }.of(root);
  }

  static List<Rule> rules(String option, List<String> texts) {
    List<Rule> rules = new ArrayList<>();
    texts.forEach(text -> rules.add(Rule.parse(option, text)));
    return rules;
  }
}
