package org.statedict.io.pickle;

import java.nio.charset.StandardCharsets;
import org.statedict.checkpoint.UnsupportedValueException;

/// The folder that PyTorch puts a file's entries in, made of the file's name.
final class ArchiveName {
  private ArchiveName() {}

  /// What stands before the last dot, or `archive` if the name is not ASCII.
  ///
  /// @throws UnsupportedValueException if nothing stands before it, which PyTorch refuses
  static String of(String fileName) throws UnsupportedValueException {
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(fileName)) {
      return "archive";
    }
    int dot = fileName.lastIndexOf('.');
    String name = dot < 0 ? fileName : fileName.substring(0, dot);
    if (name.isEmpty()) {
      throw new UnsupportedValueException(
          fileName, "PyTorch cannot read a file whose name begins with its last dot; rename it");
    }
    return name;
  }
}
