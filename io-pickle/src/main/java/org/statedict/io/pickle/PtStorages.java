package org.statedict.io.pickle;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.checkpoint.spi.SwappingFiller;
import org.statedict.checkpoint.spi.ZipContent;
import org.statedict.checkpoint.spi.ZipEntryInfo;
import org.statedict.tensor.DType;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Storage.Filler;

/// The storages of a zip: the entries `data/KEY`.
final class PtStorages implements Storages {
  private final Source source;
  private final PtArchive archive;
  private final ZipContent content;
  private final StorageTable table;
  private final Map<String, Declared> declarations = new HashMap<>();
  private final Map<String, Storage> storages = new HashMap<>();

  PtStorages(Source source, PtArchive archive, ZipContent content, StorageTable table) {
    this.source = source;
    this.archive = archive;
    this.content = content;
    this.table = table;
  }

  @Override
  public Storage get(Declared declared, DType dtype) throws CheckpointException {
    Declared first = declarations.putIfAbsent(declared.key(), declared);
    if (first != null && (first.dtype() != declared.dtype() || first.count() != declared.count())) {
      throw new CheckpointException(
          declared.where(),
          "storage '%s' is declared as %d elements of %s and as %d of %s; the file is damaged"
              .formatted(
                  Escapes.visible(declared.key()),
                  first.count(),
                  type(first),
                  declared.count(),
                  type(declared)));
    }
    Storage known = storages.get(declared.key());
    if (known == null) {
      known = open(declared, dtype);
      storages.put(declared.key(), known);
    }
    return known;
  }

  private static String type(Declared declared) {
    return declared.dtype() == null ? "bytes" : declared.dtype().label();
  }

  private Storage open(Declared declared, DType dtype) throws CheckpointException {
    ZipEntryInfo entry = archive.entry("data/" + declared.key());
    CheckpointException problem = problem(declared, entry);
    if (problem != null || entry == null) {
      return table.broken(
          declared.byteSize(), declared.device(), problem == null ? missing(declared) : problem);
    }
    try {
      return lend(declared, entry, dtype);
    } catch (CheckpointException e) {
      return table.broken(declared.byteSize(), declared.device(), e);
    } catch (IOException e) {
      throw new CheckpointException(declared.where(), "cannot be mapped", e);
    }
  }

  private @Nullable CheckpointException problem(Declared declared, @Nullable ZipEntryInfo entry) {
    if (entry == null) {
      return missing(declared);
    }
    if (entry.size() == declared.byteSize()) {
      return null;
    }
    return new CheckpointException(
        declared.where(),
        "declares %d bytes for storage '%s', the archive has %d; the file is damaged, fetch it again"
            .formatted(declared.byteSize(), Escapes.visible(declared.key()), entry.size()));
  }

  private CheckpointException missing(Declared declared) {
    return new CheckpointException(
        declared.where(),
        "no entry '%s' in the archive; the file is damaged, fetch it again"
            .formatted(Escapes.visible(archive.path("data/" + declared.key()))));
  }

  private Storage lend(Declared declared, ZipEntryInfo entry, DType dtype) throws IOException {
    content.requireRatio(entry, Limit.ZIP_STORAGE_RATIO);
    Filler filler = content.filler(entry);
    boolean swapped = archive.isBigEndian() && dtype.bits() > 8;
    if (swapped || entry.deflated()) {
      Filler computed = swapped ? new SwappingFiller(filler, dtype) : filler;
      return table.computed(entry.size(), declared.device(), computed);
    }
    return table.stored(source, entry.dataOffset(), entry.size(), declared.device(), filler);
  }
}
