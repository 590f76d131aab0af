package org.statedict.io.pickle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.ZipContent;
import org.statedict.checkpoint.spi.ZipDirectory;
import org.statedict.checkpoint.spi.ZipEntryInfo;

/// PyTorch's use of a zip archive: one folder with `data.pkl`, the storages in `data/`, and small
/// records beside them.
final class PtArchive {
  private static final String PICKLE = "data.pkl";
  private static final long NEWEST_VERSION = 10;

  private final Source source;
  private final ZipDirectory zip;
  private final ZipContent content;
  private final String folder;
  private final boolean bigEndian;
  private final List<String> warnings = new ArrayList<>();

  /// Finds the folder and checks the records in it.
  ///
  /// @throws CheckpointException if this is no archive of PyTorch's, or of a later version
  PtArchive(Source source, ZipDirectory zip, ZipContent content) throws IOException {
    this.source = source;
    this.zip = zip;
    this.content = content;
    this.folder = findFolder();
    requireVersion();
    this.bigEndian = readByteOrder();
    noteStrangers();
  }

  private String findFolder() throws CheckpointException {
    List<String> found =
        zip.entries().keySet().stream()
            .filter(name -> name.endsWith("/" + PICKLE) && name.indexOf('/') == name.length() - 9)
            .toList();
    if (found.size() == 1) {
      return found.getFirst().substring(0, found.getFirst().length() - PICKLE.length());
    }
    throw new CheckpointException(
        Where.in(source.name()),
        found.isEmpty()
            ? "no entry FOLDER/data.pkl in the archive, so torch.save did not make it"
            : "several pickles, " + found + "; which is the model is ambiguous");
  }

  private void requireVersion() throws IOException {
    ZipEntryInfo entry = entry("version");
    ZipEntryInfo version = entry == null ? entry(".data/version") : entry;
    if (version == null) {
      warnings.add("no entry version, which PyTorch refuses to load");
      return;
    }
    String text = text(version).strip();
    int digits = 0;
    while (digits < text.length() && digits < 4 && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    long number = digits == 0 ? 0 : Long.parseLong(text.substring(0, digits));
    if (number < 1 || number > NEWEST_VERSION) {
      throw new CheckpointException(
          where(version),
          "version '%s', 1 to %d are known; a newer PyTorch may have written it"
              .formatted(Escapes.visible(text), NEWEST_VERSION));
    }
  }

  private boolean readByteOrder() throws IOException {
    ZipEntryInfo entry = entry("byteorder");
    if (entry == null) {
      return false;
    }
    return switch (text(entry)) {
      case "little" -> false;
      case "big" -> true;
      default ->
          throw new CheckpointException(
              where(entry), "names a byte order that is neither 'little' nor 'big'");
    };
  }

  private String text(ZipEntryInfo entry) throws IOException {
    return new String(content.bytes(entry, Limit.NAME_BYTES), StandardCharsets.ISO_8859_1);
  }

  private void noteStrangers() {
    long strangers =
        zip.entries().keySet().stream().filter(name -> !name.startsWith(folder)).count();
    if (strangers > 0) {
      warnings.add(strangers + " entries outside the folder " + folder + ", which were not read");
    }
    if (entry("constants.pkl") != null) {
      warnings.add("a TorchScript archive: its code was not read");
    }
  }

  String path(String name) {
    return folder + name;
  }

  /// The entry of this name in the folder.
  @Nullable ZipEntryInfo entry(String name) {
    return zip.entries().get(path(name));
  }

  Where where(ZipEntryInfo entry) {
    return Where.in(source.name()).entry(Escapes.visible(entry.name()));
  }

  byte[] pickle() throws IOException {
    return content.bytes(pickleEntry(), Limit.PICKLE_BYTES);
  }

  ZipEntryInfo pickleEntry() {
    return java.util.Objects.requireNonNull(entry(PICKLE));
  }

  boolean isBigEndian() {
    return bigEndian;
  }

  List<String> warnings() {
    return warnings;
  }
}
