package org.statedict.testkit;

/// How much the tests do whose number of cases is a matter of patience: a seeded part by default,
/// all of it with `-Dstatedict.deep=true`, which the Maven profile `deep` sets.
public final class Effort {
  private Effort() {}

  /// The number of cases to try.
  public static int of(int usually, int deep) {
    return isDeep() ? deep : usually;
  }

  /// Whether everything is wanted, however long it takes.
  public static boolean isDeep() {
    return Boolean.getBoolean("statedict.deep");
  }
}
