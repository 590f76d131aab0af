package org.statedict.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.statedict.tensor.Value;

/// Save, load, open and convert checkpoints of the installed formats.
///
/// ```java
/// Checkpoints.save(Dict.of("x", x, "y", y), Path.of("xy.safetensors"));
/// Tensor x2 = Checkpoints.load(Path.of("xy.safetensors")).at("x").asTensor();
/// ```
public final class Checkpoints {
  private Checkpoints() {}

  /// Saves a value in the format of the file's ending, replacing the file whole or not at all.
  ///
  /// @throws IllegalArgumentException if no installed format has this ending
  /// @throws UnsupportedValueException if the value has no form in that format
  public static void save(Value value, Path file) throws IOException {
    save(value, file, SaveOptions.DEFAULT);
  }

  /// Saves a value with options; see [#save(Value, Path)].
  public static void save(Value value, Path file, SaveOptions options) throws IOException {
    Formats.installed().save(value, file, options);
  }

  /// Loads a whole file of any installed format. The value owns its bytes.
  ///
  /// @throws CheckpointException if the file is damaged, hostile or of no installed format
  public static Value load(Path file) throws IOException {
    return load(file, LoadOptions.DEFAULT);
  }

  /// Loads with options; see [#load(Path)].
  public static Value load(Path file, LoadOptions options) throws IOException {
    return Formats.installed().load(file, options);
  }

  /// Opens a file, a shard index or a folder with one; no tensor data is read until it is used.
  ///
  /// @throws CheckpointException if the file is damaged, hostile or of no installed format
  public static Checkpoint open(Path file) throws IOException {
    return open(file, LoadOptions.DEFAULT);
  }

  /// Opens with options; see [#open(Path)].
  public static Checkpoint open(Path file, LoadOptions options) throws IOException {
    return Formats.installed().open(file, options);
  }

  /// Rewrites a value by an installed [ValueTransform], such as `keras-to-torch`.
  ///
  /// @throws java.util.NoSuchElementException if no transform of this name is installed
  /// @throws UnsupportedValueException if the value is none that it rewrites
  public static Value transform(String name, Value value) throws UnsupportedValueException {
    return ValueTransform.named(name).apply(value, Map.of()).value();
  }

  /// Rewrites what a file holds, with the help of its metadata. The new value is lent by the
  /// checkpoint as its own is.
  public static Value transform(String name, Checkpoint checkpoint)
      throws UnsupportedValueException {
    return ValueTransform.named(name).apply(checkpoint.tree(), checkpoint.metadata()).value();
  }

  /// Converts a file of any installed format to the format of the target's ending, in bounded
  /// memory. The target is replaced whole or not at all.
  public static void convert(Path from, Path to) throws IOException {
    Formats.installed().convert(from, to, LoadOptions.DEFAULT, SaveOptions.DEFAULT);
  }
}
