package org.statedict.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// An open file: names and shapes now, bytes when asked for.
///
/// What it lends is valid until it is closed. Thread-safe for reading.
public interface Checkpoint extends Closeable {
  /// The name of the format that opened it.
  String format();

  /// Which variety of the format: `zip` for a .pt of today; empty if there is but one.
  String formatDetail();

  /// The tensors by their listed names, in tree order.
  SequencedMap<String, TensorInfo> tensors();

  /// The leaves that are no tensors, and empty containers, by their listed names in tree order.
  SequencedMap<String, Value> values();

  /// The file's own text metadata, without the tree.
  Map<String, String> metadata();

  /// What the reader noticed and forgave.
  List<String> warnings();

  /// The tensor listed under `name`, lent: no data is read until it is used.
  ///
  /// @throws java.util.NoSuchElementException if there is none
  Tensor tensor(String name);

  /// The whole value, lent: no data is read until it is used, and saving it streams.
  Value tree();

  /// Checks that the files are still what was opened; asked after the last byte was read.
  ///
  /// @throws CheckpointException if one has been changed meanwhile
  void requireUnchanged() throws IOException;

  /// The whole value with bytes of its own, which outlives the file; checksums are verified.
  ///
  /// @throws CheckpointException if a part is damaged
  Value read() throws IOException;
}
