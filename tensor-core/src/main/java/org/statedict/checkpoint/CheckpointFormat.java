package org.statedict.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.statedict.tensor.Value;

/// A file format: how it is recognised, opened and written. Formats are found through
/// [java.util.ServiceLoader]; they are stateless and thread-safe.
public interface CheckpointFormat {
  /// A short lower-case name: `pt`, `safetensors`.
  String name();

  /// The file name endings that select this format for writing, with the dot: `.pt`.
  List<String> endings();

  /// Whether values can be written.
  boolean canWrite();

  /// The options that only this format understands, `pt.container` and what it means; most have
  /// none.
  default Map<String, String> options() {
    return Map.of();
  }

  /// Judges by content alone; never by name. Reads a few bytes.
  Recognition recognises(Source source) throws IOException;

  /// Opens `source`: parses and checks everything but tensor data. The checkpoint owns the source
  /// from now on and closes it; if this method fails, the caller still owns it.
  ///
  /// @throws CheckpointException if the content is damaged, hostile or beyond a limit
  Checkpoint open(Source source, LoadOptions options) throws IOException;

  /// Audits `source`, which stays open: what in it runs code, reaches outside of the file, or
  /// cannot be vouched for. What cannot be read is a finding, not an exception.
  default ScanReport scan(Source source, Limits limits) throws IOException {
    return StructureScan.of(this, source, limits);
  }

  /// Works out what saving `value` would write and lose, without writing.
  ///
  /// @param target the name of the file to be written, without folders
  /// @throws UnsupportedValueException if the value has no form in this format that the options
  ///   allow
  SavePlan plan(Value value, String target, SaveOptions options) throws IOException;
}
