package org.statedict.cli;

/// What the command tells scripts when it ends.
final class ExitCode {
  static final int FINE = 0;

  /// Something was found: `diff` found a difference.
  static final int FOUND = 1;

  /// The command was used wrongly, or asks for what is not there.
  static final int USAGE = 2;

  /// The file is bad or hostile, or the value has no form in the target.
  static final int BAD_FILE = 3;

  /// Reading or writing failed.
  static final int IO = 4;

  private ExitCode() {}
}
