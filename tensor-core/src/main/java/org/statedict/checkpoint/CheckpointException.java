package org.statedict.checkpoint;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The file is damaged, hostile or beyond a limit: what was found, where, and what to do.
///
/// The message reads `file: entry byte 24: found ...; do ...`. The same facts are available apart.
public class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final @Nullable String entry;
  private final long byteOffset;
  private final String problem;

  /// @param where the place of the problem
  /// @param problem what was found, what was expected, what to do
  public CheckpointException(Where where, String problem) {
    this(where, problem, null);
  }

  public CheckpointException(Where where, String problem, @Nullable Throwable cause) {
    super(where + ": " + problem, cause);
    this.file = where.file();
    this.entry = where.entry();
    this.byteOffset = where.byteOffset();
    this.problem = problem;
  }

  /// A place in a file.
  ///
  /// @param file the file's name
  /// @param entry the part of the file, such as a zip entry or `tensor 'w'`
  /// @param byteOffset the offset in the entry, or in the file without one; -1 if there is none
  public record Where(String file, @Nullable String entry, long byteOffset) {
    /// The file as a whole.
    public static Where in(String file) {
      return new Where(file, null, -1);
    }

    public Where entry(String name) {
      return new Where(file, name, -1);
    }

    public Where at(long offset) {
      return new Where(file, entry, offset);
    }

    /// `x.pt: archive/data.pkl byte 24`.
    @Override
    public String toString() {
      String text = file;
      if (entry != null) {
        text += ": " + entry;
      }
      return byteOffset < 0 ? text : text + (entry == null ? ": byte " : " byte ") + byteOffset;
    }
  }

  /// The place and the problem.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /// The name of the file.
  public String file() {
    return file;
  }

  /// The part of the file: a zip entry, a tensor, a header.
  public Optional<String> entry() {
    return Optional.ofNullable(entry);
  }

  /// The offset in the entry, or in the file if there is no entry.
  public OptionalLong byteOffset() {
    return byteOffset < 0 ? OptionalLong.empty() : OptionalLong.of(byteOffset);
  }

  /// The place of the problem.
  public Where where() {
    return new Where(file, entry, byteOffset);
  }

  /// The message without the place.
  public String problem() {
    return problem;
  }
}
