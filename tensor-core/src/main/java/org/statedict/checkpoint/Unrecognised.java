package org.statedict.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException.Where;

/// Says what a file that is no checkpoint seems to be.
final class Unrecognised {
  private static final int LOOKED_AT = 64;
  private static final Map<String, String> BEGINNINGS = beginnings();

  private Unrecognised() {}

  private static Map<String, String> beginnings() {
    Map<String, String> known = new LinkedHashMap<>();
    known.put(
        "version https://git-lfs", "a Git LFS pointer, not the file itself; run git lfs pull");
    known.put("<", "an HTML or XML page, perhaps a download that failed; fetch the file again");
    known.put("\u001f\u008b", "a gzip stream; decompress it first");
    known.put("7z\u00bc\u00af", "a 7z archive; unpack it first");
    known.put("BZh", "a bzip2 stream; decompress it first");
    known.put("\u00fd7zXZ", "an xz stream; decompress it first");
    known.put("(\u00b5/\u00fd", "a zstd stream; decompress it first");
    known.put("\u0089HDF\r\n", "an HDF5 file");
    known.put("\u0093NUMPY", "a NumPy array");
    known.put("GGUF", "a GGUF file");
    known.put("PK", "a zip archive, but not of a kind that an installed format knows");
    return known;
  }

  static CheckpointException explain(Source source, Collection<String> installed)
      throws IOException {
    byte[] start = source.bytes(0, LOOKED_AT);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    String seems =
        BEGINNINGS.entrySet().stream()
            .filter(known -> text.startsWith(known.getKey()))
            .map(known -> "this looks like " + known.getValue())
            .findFirst()
            .orElseGet(() -> describe(start));
    return new CheckpointException(
        Where.in(source.name()),
        "no checkpoint that the installed formats %s recognise; %s".formatted(installed, seems));
  }

  private static String describe(byte[] start) {
    if (start.length == 0) {
      return "the file is empty";
    }
    for (byte b : start) {
      if (b != 0) {
        return "name the format if you know it";
      }
    }
    return "it begins with zeros, as a file does that was allocated and never written";
  }
}
