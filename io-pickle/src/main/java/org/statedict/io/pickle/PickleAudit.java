package org.statedict.io.pickle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.ScanReport;
import org.statedict.checkpoint.ScanReport.Finding;
import org.statedict.checkpoint.ScanReport.NamedGlobal;
import org.statedict.checkpoint.ScanReport.Verdict;
import org.statedict.tensor.Scalar;

/// Collects the names in pickles, in the pickles inside of their texts and bytes, and behind the
/// point where one of them breaks.
final class PickleAudit {
  private static final int MOST_IN_A_ROW = 64;

  /// The text form of a name, opcode and all.
  private static final Pattern NAME =
      Pattern.compile("[ci]([A-Za-z_][\\w.]*)\n([A-Za-z_][\\w.]*)\n");

  private final Limits limits;
  private final Set<NamedGlobal> globals = new LinkedHashSet<>();
  private final List<Finding> findings = new ArrayList<>();
  private int depth;

  PickleAudit(Limits limits) {
    this.limits = limits;
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  ScanReport report() {
    return new ScanReport(PtFormat.NAME, List.copyOf(globals), findings);
  }

  /// Audits the pickles that stand in `data` from its beginning, until something follows that is
  /// none.
  ///
  /// @return where that is
  int pickles(byte[] data, Where where) {
    int at = 0;
    for (int i = 0; i < MOST_IN_A_ROW && at < data.length; i++) {
      Unpickler machine = new Unpickler(data, at, where, limits, new Watcher());
      try {
        machine.load();
      } catch (CheckpointException e) {
        if (i == 0 || machine.position() > at + 1) {
          findings.add(Finding.of(e));
        }
        namesIn(data, at, where);
        return at;
      }
      at = machine.position();
    }
    return at;
  }

  /// Audits what may be a pickle by chance: only one that is whole and names something counts.
  void perhaps(byte[] data, Where where) {
    PickleAudit attempt = new PickleAudit(limits);
    attempt.depth = depth;
    try {
      new Unpickler(data, 0, where, limits, attempt.new Watcher()).load();
    } catch (CheckpointException e) {
      if (attempt.report().verdict() != Verdict.DANGEROUS) {
        return;
      }
      attempt.findings.add(Finding.of(e));
    }
    if (!attempt.globals.isEmpty()) {
      findings.add(new Finding("a pickle where none should be", Verdict.SUSPICIOUS, where));
      globals.addAll(attempt.globals);
      findings.addAll(attempt.findings);
    }
  }

  /// Whether `data` begins as pickles do that say their protocol.
  static boolean looksLikePickle(byte[] data) {
    return data.length > 2 && data[0] == (byte) 0x80 && data[1] >= 0 && data[1] <= 5;
  }

  /// Dangerous names in bytes that no machine could run.
  void namesIn(byte[] data, int from, Where where) {
    String text = new String(data, from, data.length - from, StandardCharsets.ISO_8859_1);
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      if (Gadgets.isDangerousAsWritten(names.group(1), names.group(2))) {
        name(names.group(1), names.group(2), where.at(from + names.start()));
      }
    }
  }

  private void name(String module, String name, Where where) {
    Verdict verdict = KnownNames.verdict(module, name);
    NamedGlobal global = new NamedGlobal(module + "." + name, verdict, where);
    boolean known =
        verdict == Verdict.SAFE && globals.stream().anyMatch(g -> g.name().equals(global.name()));
    if (!known) {
      globals.add(global);
    }
  }

  /// Bytes inside a pickle that are one themselves; pickles of protocol 2 write them as text.
  private void nested(byte[] data, Where where) {
    findings.add(
        new Finding("a nested pickle of " + data.length + " bytes", Verdict.SUSPICIOUS, where));
    if (depth >= limits.get(Limit.NESTED_PICKLES)) {
      findings.add(new Finding("pickles nested too deep to look into", Verdict.SUSPICIOUS, where));
      return;
    }
    depth++;
    pickles(data, where.entry(where.entry() == null ? "nested" : where.entry() + ", nested"));
    depth--;
  }

  private final class Watcher implements PickleWatcher {
    @Override
    public void name(String module, String name, Where where) {
      PickleAudit.this.name(module, name, where);
    }

    @Override
    public void constant(Scalar constant, Where where) {
      byte[] data =
          switch (constant) {
            case Scalar.Bytes bytes -> bytes.toArray();
            case Scalar.Text text -> text.value().getBytes(StandardCharsets.ISO_8859_1);
            default -> new byte[0];
          };
      if (looksLikePickle(data) && data[data.length - 1] == '.') {
        nested(data, where);
      }
    }
  }
}
