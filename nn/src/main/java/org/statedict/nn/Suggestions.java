package org.statedict.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// Which of the missing names an unexpected one may stand for.
final class Suggestions {
  private static final int MOST = 100;

  private Suggestions() {}

  /// Pairs of an unexpected name and the missing one nearest to it: one that ends in the other, or
  /// that few edits make of it.
  static SequencedMap<String, String> between(List<String> missing, List<String> unexpected) {
    SequencedMap<String, String> pairs = new LinkedHashMap<>();
    if (missing.size() <= MOST && unexpected.size() <= MOST) {
      for (String found : unexpected) {
        missing.stream()
            .filter(name -> isNear(name, found))
            .min((a, b) -> Integer.compare(edits(a, found), edits(b, found)))
            .ifPresent(name -> pairs.put(found, name));
      }
    }
    return pairs;
  }

  private static boolean isNear(String name, String found) {
    return found.endsWith("." + name)
        || name.endsWith("." + found)
        || edits(name, found) <= Math.max(1, Math.min(name.length(), found.length()) / 4);
  }

  /// How many letters must be put in, taken out or changed (Levenshtein's distance).
  private static int edits(String a, String b) {
    int[] last = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
      }
      last = row;
    }
    return last[b.length()];
  }
}
