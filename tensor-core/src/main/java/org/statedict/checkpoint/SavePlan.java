package org.statedict.checkpoint;

import java.io.IOException;
import java.util.List;

/// What a save will write and lose, known before a byte is written.
public interface SavePlan {
  /// The files in the order in which they will be written, with their exact sizes.
  List<PlannedFile> files();

  /// What the format does not keep of the value.
  List<Loss> lost();

  /// Writes the planned files, front to back.
  ///
  /// @throws CheckpointException if the value is lent by a file that turns out damaged
  /// @throws java.util.concurrent.CancellationException if `progress` cancels
  void write(Target target, Progress progress) throws IOException;

  /// A file to be written.
  ///
  /// @param name the file name, without folders
  /// @param byteSize its exact size
  record PlannedFile(String name, long byteSize) {}

  /// Something of the value that the file will not keep.
  ///
  /// @param what which part, in words
  /// @param soft whether it is a nicety, such as order or a device tag, rather than data
  record Loss(String what, boolean soft) {}
}
