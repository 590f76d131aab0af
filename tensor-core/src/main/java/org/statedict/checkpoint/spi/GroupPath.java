package org.statedict.checkpoint.spi;

/// Paths of formats with groups: the escaped keys on the way from the root, each behind a slash.
///
/// | key | name |
/// | --- | --- |
/// | with `%`, `/` or NUL | `%25`, `%2F`, `%00` in their place |
/// | `.` | `%2E` |
/// | the empty text | `%` |
public final class GroupPath {
  private static final String EMPTY = "%";

  private GroupPath() {}

  /// The path of a key's value in the group at `path`, which is empty for the root.
  public static String join(String path, String key) {
    return path + "/" + escape(key);
  }

  private static String escape(String key) {
    return switch (key) {
      case "" -> EMPTY;
      case "." -> "%2E";
      default -> key.replace("%", "%25").replace("/", "%2F").replace("\0", "%00");
    };
  }

  /// The key that a name of a group's member stands for.
  public static String unescape(String name) {
    return name.equals(EMPTY)
        ? ""
        : name.replace("%00", "\0").replace("%2F", "/").replace("%2E", ".").replace("%25", "%");
  }
}
