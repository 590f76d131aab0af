package org.statedict.nn;

import java.util.List;

/// A state_dict does not fit a module. The message is PyTorch's, all differences in one, and what
/// an unexpected entry may have been meant to be.
public final class StateDictMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient LoadReport report;
  private final transient List<String> problems;

  StateDictMismatchException(String message, LoadReport report, List<String> problems) {
    super(message);
    this.report = report;
    this.problems = List.copyOf(problems);
  }

  /// The entries that are missing or unexpected.
  public LoadReport report() {
    return report;
  }

  /// One sentence for each entry of another shape or kind.
  public List<String> problems() {
    return problems;
  }
}
