package org.statedict.io.pickle;

import java.util.Map;

/// What Python 2 called things, which protocols up to 2 still write.
final class Python2Names {
  private static final Map<String, String> MODULES =
      Map.of(
          "__builtin__", "builtins",
          "copy_reg", "copyreg",
          "Queue", "queue",
          "repr", "reprlib",
          "_abcoll", "collections.abc",
          "UserDict", "collections",
          "UserList", "collections",
          "UserString", "collections");
  private static final Map<String, String> BUILTINS =
      Map.of("xrange", "range", "long", "int", "unicode", "str", "unichr", "chr");

  private Python2Names() {}

  static String module(String module) {
    return MODULES.getOrDefault(module, module);
  }

  static String name(String module3, String name) {
    return module3.equals("builtins") ? BUILTINS.getOrDefault(name, name) : name;
  }
}
