package org.statedict.io.proto;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Source;
import org.statedict.io.proto.Onnx.StringStringEntryProto;

/// The files beside a model that hold data of its tensors. None of them may lie outside of the
/// model's folder.
final class ExternalFiles {
  private static final String LOCATION = "location";
  private static final String OFFSET = "offset";
  private static final String LENGTH = "length";

  private final Source model;
  private final Map<String, Source> files = new HashMap<>();

  ExternalFiles(Source model) {
    this.model = model;
  }

  /// Data in a file beside the model.
  record Placed(Source file, long offset) {}

  /// Those that were opened, in no order.
  List<Source> opened() {
    return new ArrayList<>(files.values());
  }

  void close() throws IOException {
    for (Source file : files.values()) {
      file.close();
    }
  }

  /// Finds the data of a tensor.
  ///
  /// @param needed how many bytes its type and shape need
  /// @throws CheckpointException if they lie elsewhere than in the model's folder, or are not as
  ///   many
  Placed find(List<StringStringEntryProto> entries, long needed, Where where) throws IOException {
    Map<String, String> keys = keys(entries, where);
    String location = keys.get(LOCATION);
    if (location == null) {
      throw new CheckpointException(where, "external data without a location");
    }
    Source file = open(location, where);
    long offset = number(keys, OFFSET, 0, where);
    if (offset > file.size()) {
      throw new CheckpointException(
          where,
          "external data from byte %d on in %s of %d bytes; fetch it again"
              .formatted(offset, Escapes.visible(location), file.size()));
    }
    long length = number(keys, LENGTH, file.size() - offset, where);
    if (length != needed || length > file.size() - offset) {
      throw new CheckpointException(
          where,
          "%d bytes of external data, type and shape need %d, %s has %d there"
              .formatted(length, needed, Escapes.visible(location), file.size() - offset));
    }
    return new Placed(file, offset);
  }

  private static Map<String, String> keys(List<StringStringEntryProto> entries, Where where)
      throws CheckpointException {
    Map<String, String> keys = new HashMap<>();
    for (StringStringEntryProto entry : entries) {
      String key = Utf8.require(entry.getKey(), where, "a key");
      if (keys.put(key, Utf8.require(entry.getValue(), where, "a value")) != null) {
        throw new CheckpointException(
            where, "external data with two values of '%s'".formatted(Escapes.visible(key)));
      }
    }
    return keys;
  }

  private Source open(String location, Where where) throws IOException {
    Source known = files.get(location);
    if (known != null) {
      return known;
    }
    try {
      Source file = model.below(withoutDots(location));
      files.put(location, file);
      return file;
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          where,
          "names data in '%s', which is not there; fetch it too"
              .formatted(Escapes.visible(location)),
          e);
    }
  }

  /// A part `.` means the folder before it; a path of nothing else stays as it is.
  private static String withoutDots(String location) {
    String path = location;
    while (path.startsWith("./") && path.length() > 2) {
      path = path.substring(2);
    }
    return path.replace("/./", "/");
  }

  private static long number(Map<String, String> keys, String key, long otherwise, Where where)
      throws CheckpointException {
    String text = keys.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      if (text.matches("[0-9]{1,19}")) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException e) {
      // beyond 64 bits, which is said below
    }
    throw new CheckpointException(
        where,
        "an external %s '%s', which is no number of bytes".formatted(key, Escapes.visible(text)));
  }
}
