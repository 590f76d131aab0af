package org.statedict.checkpoint;

/// Told how far a save or load has come; called from the working thread.
@FunctionalInterface
public interface Progress {
  /// Takes no notice.
  Progress NONE = bytes -> {};

  /// So many more bytes of tensor data have been processed.
  ///
  /// @throws java.util.concurrent.CancellationException to cancel; nothing is left behind
  void advance(long bytes);
}
