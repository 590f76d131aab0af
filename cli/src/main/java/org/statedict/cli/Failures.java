package org.statedict.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.UnsupportedValueException;

/// The one place that turns failures into messages and exit codes.
final class Failures {
  private final Console console;
  private final boolean debug;

  Failures(Console console, boolean debug) {
    this.console = console;
    this.debug = debug;
  }

  /// What a failure means for the user.
  ///
  /// @param message one line, without `statedict:`
  record Report(int exitCode, String message, Throwable cause) {}

  /// Runs something; a failure becomes a message on stderr and its exit code.
  int guard(Callable<Integer> action) {
    try {
      return action.call();
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      return tell(report(e));
    }
  }

  int tell(Report report) {
    console.err().println("statedict: " + report.message);
    if (debug) {
      report.cause.printStackTrace(console.err());
    }
    return report.exitCode;
  }

  static Report report(Throwable failure) {
    return switch (failure) {
      case UncheckedIOException e -> report(Objects.requireNonNull(e.getCause()));
      case CheckpointException e -> new Report(ExitCode.BAD_FILE, e.getMessage(), e);
      case UnsupportedValueException e ->
          new Report(ExitCode.BAD_FILE, String.valueOf(e.getMessage()), e);
      case FileAlreadyExistsException e ->
          new Report(
              ExitCode.USAGE, e.getFile() + ": exists already; use --force to replace it", e);
      case IOException e -> new Report(ExitCode.IO, ioMessage(e), e);
      case UsageException e -> new Report(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
      case OutOfMemoryError e -> new Report(ExitCode.IO, "not enough memory", e);
      default -> new Report(ExitCode.IO, "a bug in statedict: " + failure, failure);
    };
  }

  private static String ioMessage(IOException e) {
    if (e instanceof FileSystemException file) {
      return file.getFile() + ": " + reason(file);
    }
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  private static String reason(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException n -> Objects.requireNonNullElse(n.getReason(), "no such file");
      case AccessDeniedException _ -> "permission denied";
      default -> Objects.requireNonNullElse(e.getReason(), "reading or writing failed");
    };
  }
}
