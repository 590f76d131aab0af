package org.statedict.checkpoint;

import java.io.IOException;

/// The value has no form in the target format that the options allow; nothing was written.
public class UnsupportedValueException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param target the name of the file to be written
  /// @param problem what does not fit, and which option would help
  public UnsupportedValueException(String target, String problem) {
    super(target + ": " + problem);
  }
}
