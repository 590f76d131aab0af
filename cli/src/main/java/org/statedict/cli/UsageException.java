package org.statedict.cli;

/// The command cannot do what it was asked; nothing is wrong with the file.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
