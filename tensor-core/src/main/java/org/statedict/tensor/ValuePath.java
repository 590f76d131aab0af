package org.statedict.tensor;

import java.util.Arrays;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Follows a path of keys and positions into a value.
final class ValuePath {
  private static final int LISTED = 10;

  private ValuePath() {}

  static Value follow(Value root, Object... path) {
    Value here = root;
    for (int i = 0; i < path.length; i++) {
      Value next = step(here, path[i]);
      if (next == null) {
        throw new NoSuchElementException(nowhere(here, path, i));
      }
      here = next;
    }
    return here;
  }

  private static @Nullable Value step(Value here, Object key) {
    return switch (here) {
      case Dict dict -> dict.entries().get(Value.of(key));
      case Seq seq when key instanceof Number n -> item(seq, n.longValue());
      default -> null;
    };
  }

  private static @Nullable Value item(Seq seq, long position) {
    return position >= 0 && position < seq.size() ? seq.get((int) position) : null;
  }

  private static String nowhere(Value here, Object[] path, int at) {
    String where = at == 0 ? "the root" : Arrays.asList(path).subList(0, at).toString();
    return "no '%s' at %s, which is %s".formatted(path[at], where, describe(here));
  }

  private static String describe(Value here) {
    return switch (here) {
      case Dict dict ->
          "a dict with the keys "
              + dict.entries().sequencedKeySet().stream().limit(LISTED).toList()
              + (dict.size() > LISTED ? " and " + (dict.size() - LISTED) + " more" : "");
      case Seq seq -> "%s of %d items".formatted(Values.kindOf(seq), seq.size());
      default -> Values.kindOf(here);
    };
  }
}
