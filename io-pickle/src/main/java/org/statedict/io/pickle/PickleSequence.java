package org.statedict.io.pickle;

import java.io.IOException;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.UnsafeCheckpointException;

/// Pickles that stand in a row, of lengths that only running them tells, perhaps with raw data
/// between them. As much of the source is read as they turn out to need, and not the gigabytes
/// behind them.
final class PickleSequence {
  private static final int FIRST = 1 << 12;
  private static final int GROWTH = 4;

  private final Source source;
  private final long end;
  private final Limits limits;
  private Where where;
  private long windowAt;
  private byte[] window;
  private int at;

  /// @param from where the first pickle begins
  /// @param end where the part of the source ends in which they lie
  /// @param where that part, for messages
  PickleSequence(Source source, long from, long end, Where where, Limits limits)
      throws IOException {
    this.source = source;
    this.end = end;
    this.limits = limits;
    this.where = where;
    this.windowAt = from;
    this.window = bytes(from, FIRST);
  }

  /// Where the next pickle begins, or what follows the last one, in the source.
  long position() {
    return windowAt + at;
  }

  /// What is left behind [#position()].
  long remaining() {
    return end - position();
  }

  /// The place of the last pickle, for messages about its nodes.
  Where where() {
    return where;
  }

  /// The machine that ran a pickle, and what that gave.
  record Ran(Unpickler machine, PyObject root) {}

  /// Runs the next pickle.
  ///
  /// @throws CheckpointException if it is malformed, or longer than the limit for pickles
  Ran next() throws IOException {
    while (true) {
      try {
        Unpickler machine = new Unpickler(window, at, where, limits);
        PyObject root = machine.load();
        at = machine.position();
        return new Ran(machine, root);
      } catch (UnsafeCheckpointException e) {
        throw e;
      } catch (CheckpointException e) {
        if (!readFurther()) {
          throw e;
        }
      }
    }
  }

  /// What failed may only have been cut off where reading stopped.
  private boolean readFurther() throws IOException {
    long allowed = Math.min(limits.get(Limit.PICKLE_BYTES), Integer.MAX_VALUE - 8);
    if (windowAt + window.length >= end || window.length >= allowed) {
      return false;
    }
    window = bytes(windowAt, Math.min(allowed, (long) window.length * GROWTH));
    return true;
  }

  /// Goes on behind raw data, `length` bytes after the last pickle.
  ///
  /// @throws CheckpointException if the source ends before
  void skip(long length) throws IOException {
    requireLeft(length);
    long to = position() + length;
    if (to <= windowAt + window.length) {
      at = (int) (to - windowAt);
      return;
    }
    where = Where.in(source.name()).entry("the pickle from byte " + to);
    windowAt = to;
    window = bytes(to, FIRST);
    at = 0;
  }

  /// Reads raw data, `length` bytes after the last pickle.
  ///
  /// @throws CheckpointException if the source ends before
  byte[] raw(int length) throws IOException {
    requireLeft(length);
    byte[] data = bytes(position(), length);
    skip(length);
    return data;
  }

  private void requireLeft(long length) throws CheckpointException {
    if (length < 0 || length > remaining()) {
      throw new CheckpointException(
          Where.in(source.name()).at(position()),
          "%d bytes are announced, %d are left; the file is cut short or damaged"
              .formatted(length, remaining()));
    }
  }

  private byte[] bytes(long from, long limit) throws IOException {
    return source.bytes(from, (int) Math.min(limit, end - from));
  }
}
