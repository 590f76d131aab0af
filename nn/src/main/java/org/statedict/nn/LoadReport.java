package org.statedict.nn;

import java.util.List;
import java.util.stream.Collectors;

/// What did not match when a state_dict was loaded; both lists are empty if everything did.
///
/// @param missing the module's entries that the state_dict lacks, in the module's order
/// @param unexpected entries of the state_dict that the module lacks
public record LoadReport(List<String> missing, List<String> unexpected) {
  public LoadReport {
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
  }

  /// As PyTorch prints it.
  @Override
  public String toString() {
    return missing.isEmpty() && unexpected.isEmpty()
        ? "<All keys matched successfully>"
        : "_IncompatibleKeys(missing_keys=%s, unexpected_keys=%s)"
            .formatted(python(missing), python(unexpected));
  }

  private static String python(List<String> keys) {
    return keys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", ", "[", "]"));
  }
}
