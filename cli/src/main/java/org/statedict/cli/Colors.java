package org.statedict.cli;

/// Colours for a terminal, or none.
final class Colors {
  private static final String RESET = "\u001b[0m";

  private final boolean on;

  Colors(CommonOptions.Color when, Console console) {
    boolean wanted = console.terminal() && !console.environment().containsKey("NO_COLOR");
    this.on = when == CommonOptions.Color.ALWAYS || (when == CommonOptions.Color.AUTO && wanted);
  }

  String faint(String text) {
    return on ? "\u001b[2m" + text + RESET : text;
  }

  String bold(String text) {
    return on ? "\u001b[1m" + text + RESET : text;
  }
}
