package org.statedict.checkpoint.spi;

/// Writes JSON strings.
public final class JsonText {
  private JsonText() {}

  /// `text` in quotes, everything but `"`, `\` and control characters as it is.
  public static void quote(StringBuilder out, String text) {
    out.append('"');
    text.chars().forEach(c -> append(out, (char) c, false));
    out.append('"');
  }

  /// `text` in quotes and pure ASCII.
  public static void quoteAscii(StringBuilder out, String text) {
    out.append('"');
    text.chars().forEach(c -> append(out, (char) c, true));
    out.append('"');
  }

  private static void append(StringBuilder out, char c, boolean ascii) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ' || (ascii && c > '~')) {
          out.append("\\u").append(Character.forDigit(c >> 12, 16));
          out.append(Character.forDigit((c >> 8) & 15, 16));
          out.append(Character.forDigit((c >> 4) & 15, 16));
          out.append(Character.forDigit(c & 15, 16));
        } else {
          out.append(c);
        }
      }
    }
  }
}
