package org.statedict.checkpoint;

/// Makes names from files safe to print.
public final class Escapes {
  private static final int LONGEST = 200;

  private Escapes() {}

  /// `text` with control, formatting and unpaired surrogate characters as Unicode escapes, cut
  /// after 200 characters.
  public static String visible(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(LONGEST).forEach(c -> append(shown, c));
    return text.codePointCount(0, text.length()) > LONGEST ? shown + "..." : shown.toString();
  }

  private static void append(StringBuilder shown, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> {
        for (char unit : Character.toChars(c)) {
          shown.append(String.format("\\u%04x", (int) unit));
        }
      }
      default -> shown.appendCodePoint(c);
    }
  }
}
