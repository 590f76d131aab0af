package org.statedict.io.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.ZipContent;
import org.statedict.checkpoint.spi.ZipDirectory;
import org.statedict.checkpoint.spi.ZipEntryInfo;

/// A `.keras` file: a zip archive of a configuration and of weights in an HDF5 file, which Keras
/// stores as it is, so that it is read in place.
///
/// @param source the archive
/// @param directory what is in it
record KerasArchive(Source source, ZipDirectory directory) {
  private static final String WEIGHTS = "model.weights.h5";
  private static final String CONFIG = "config.json";
  private static final int LOCAL_HEADER = 30;
  private static final int NAME_LENGTH = 26;
  private static final int LONGEST_NAME = 512;

  /// The archive, if `source` is one with weights and a configuration.
  static Optional<KerasArchive> of(Source source, Limits limits) throws IOException {
    if (!beginsWithPlainName(source)) {
      return Optional.empty();
    }
    KerasArchive archive = new KerasArchive(source, ZipDirectory.read(source, limits));
    return archive.has(WEIGHTS) && archive.has(CONFIG) ? Optional.of(archive) : Optional.empty();
  }

  /// Whether it is a zip archive whose first entry is in no folder. Those of PyTorch are, so that
  /// their directories, which may be long, are not read here.
  private static boolean beginsWithPlainName(Source source) throws IOException {
    byte[] start = source.bytes(0, LOCAL_HEADER + LONGEST_NAME);
    if (start.length < LOCAL_HEADER || start[0] != 'P' || start[1] != 'K') {
      return false;
    }
    int length = (start[NAME_LENGTH] & 0xFF) | ((start[NAME_LENGTH + 1] & 0xFF) << 8);
    int end = Math.min(start.length, LOCAL_HEADER + length);
    return new String(start, LOCAL_HEADER, end - LOCAL_HEADER, StandardCharsets.ISO_8859_1)
            .indexOf('/')
        < 0;
  }

  /// Whether `source` is one; a damaged archive is not.
  static boolean is(Source source) throws IOException {
    try {
      return of(source, Limits.DEFAULT).isPresent();
    } catch (CheckpointException e) {
      return false;
    }
  }

  private boolean has(String name) {
    return directory.entries().containsKey(name);
  }

  private ZipEntryInfo entry(String name) throws CheckpointException {
    return Optional.ofNullable(directory.entries().get(name))
        .orElseThrow(() ->
            new CheckpointException(
                CheckpointException.Where.in(source.name()), "no entry " + name));
  }

  /// The HDF5 file; it reads from the archive and closes it.
  Source weights() throws IOException {
    ZipEntryInfo entry = entry(WEIGHTS);
    if (entry.deflated()) {
      throw new CheckpointException(
          CheckpointException.Where.in(source.name()).entry(WEIGHTS),
          "is compressed, which Keras does not do; make the archive again with stored entries");
    }
    return new SourceSlice(source, entry.dataOffset(), entry.size());
  }

  /// The configuration of the model.
  String config() throws IOException {
    byte[] text =
        new ZipContent(source, LoadOptions.DEFAULT).bytes(entry(CONFIG), Limit.INDEX_BYTES);
    return new String(text, StandardCharsets.UTF_8);
  }
}
