package org.statedict.io.pickle;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.ZipContent;
import org.statedict.checkpoint.spi.ZipDirectory;
import org.statedict.checkpoint.spi.ZipEntryInfo;

/// Looks for the pickles of a file of PyTorch's, wherever they hide, and audits them.
final class PtScan {
  private static final int LOOKED_AT = 1 << 16;

  private final Source source;
  private final Limits limits;
  private final PickleAudit audit;
  private final Where where;

  PtScan(Source source, Limits limits) {
    this.source = source;
    this.limits = limits;
    this.audit = new PickleAudit(limits);
    this.where = Where.in(source.name());
  }

  ScanReport run() throws IOException {
    switch (PtKind.of(source)) {
      case ZIP -> archive();
      case TAR -> tar();
      default -> stream();
    }
    return audit.report();
  }

  /// The pickles at the start; the storages behind them are none.
  private void stream() throws IOException {
    int most = Math.toIntExact(Math.min(limits.get(Limit.PICKLE_BYTES), source.size()));
    audit.pickles(source.bytes(0, most), where);
  }

  private void tar() throws IOException {
    try {
      TarMembers members = TarMembers.of(source);
      for (String name : TarMembers.KNOWN) {
        if (members.has(name)) {
          TarMembers.Member member = members.get(name);
          int size = (int) Math.min(limits.get(Limit.PICKLE_BYTES), member.end() - member.from());
          byte[] data = source.bytes(member.from(), size);
          audit.namesIn(data, audit.pickles(data, where.entry(name)), where.entry(name));
        }
      }
    } catch (CheckpointException e) {
      byte[] start = source.bytes(0, (int) Math.min(source.size(), LOOKED_AT));
      audit.namesIn(start, 0, where);
    }
  }

  // --- zip archives

  private void archive() throws IOException {
    ZipDirectory directory;
    try {
      directory = ZipDirectory.read(source, limits);
    } catch (CheckpointException e) {
      new ZipCarver(source, limits).entries(this::hidden);
      return;
    }
    ZipContent content =
        new ZipContent(
            source,
            LoadOptions.DEFAULT.withLimits(limits).withChecksums(LoadOptions.Checksums.IGNORE));
    for (ZipEntryInfo entry : directory.entries().values()) {
      entry(content, entry);
    }
  }

  private void entry(ZipContent content, ZipEntryInfo entry) throws IOException {
    Where at = where.entry(Escapes.visible(entry.name()));
    try {
      if (entry.name().endsWith(".pkl")) {
        audit.pickles(content.bytes(entry, Limit.PICKLE_BYTES), at);
      } else if (PickleAudit.looksLikePickle(start(content, entry))) {
        audit.perhaps(content.bytes(entry, Limit.PICKLE_BYTES), at);
      }
    } catch (CheckpointException e) {
      audit.add(Finding.of(e));
    }
  }

  private static byte[] start(ZipContent content, ZipEntryInfo entry) throws IOException {
    byte[] start = new byte[(int) Math.min(4, entry.size())];
    content.filler(entry).fill(0, MemorySegment.ofArray(start));
    return start;
  }

  /// An entry of an archive whose structures do not hold.
  private void hidden(String name, byte[] data) {
    Where at = where.entry(Escapes.visible(name));
    if (name.endsWith(".pkl")) {
      audit.pickles(data, at);
    } else if (PickleAudit.looksLikePickle(data)) {
      audit.perhaps(data, at);
    }
  }
}
