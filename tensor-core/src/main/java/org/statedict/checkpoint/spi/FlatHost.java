package org.statedict.checkpoint.spi;

import java.util.Set;
import java.util.function.Predicate;
import org.statedict.tensor.DType;

/// What a flat format can hold.
///
/// @param dtypes the element types that it has
/// @param names which names a tensor can be stored under
/// @param keepsOrder whether the order of its tensors comes back
/// @param structure whether its names stand in one list or in groups
public record FlatHost(
    Set<DType> dtypes, Predicate<String> names, boolean keepsOrder, Structure structure) {
  /// How names are arranged.
  public enum Structure {
    /// One list of names. A tensor in a container has the steps to it as its name, joined by dots.
    LIST,
    /// Groups within groups, a container each; a tensor's name is its [GroupPath]. An object may
    /// have several names, so that tied tensors need no tree.
    GROUPS;

    /// The name of what is one step below the root.
    String root(String step) {
      return this == LIST ? step : GroupPath.join("", step);
    }

    /// The name of what is one step below a container of this name.
    String below(String path, String step) {
      return this == LIST ? path + "." + step : GroupPath.join(path, step);
    }
  }

  /// A format with one list of names.
  public FlatHost(Set<DType> dtypes, Predicate<String> names, boolean keepsOrder) {
    this(dtypes, names, keepsOrder, Structure.LIST);
  }

  /// Whether text is well-formed, so that it can be stored as UTF-8.
  public static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  boolean hasGroups() {
    return structure == Structure.GROUPS;
  }
}
