package org.statedict.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.statedict.checkpoint.CheckpointException.Where;

/// What a scan of a file found. Nothing of the file was executed, and what could not be read is a
/// finding itself.
///
/// @param format the format by which the content was recognised, or `unknown`
/// @param globals every name that a pickle would import, harmless ones included
/// @param findings everything else that is not as it should be
public record ScanReport(String format, List<NamedGlobal> globals, List<Finding> findings) {
  /// How far a file can be vouched for.
  public enum Verdict {
    /// Well-formed, with known harmless names only, and nothing left unread.
    SAFE,
    /// Cannot be vouched for: unknown names, malformed, ambiguous, unsupported, beyond a limit.
    SUSPICIOUS,
    /// Names something that runs code, or reaches outside of the file.
    DANGEROUS
  }

  /// A name that a pickle would import.
  ///
  /// @param name module and name as the file has them, unescaped
  public record NamedGlobal(String name, Verdict verdict, Where where) {}

  /// Something that is not as it should be.
  public record Finding(String what, Verdict verdict, Where where) {
    /// What a reader refused.
    public static Finding of(CheckpointException refusal) {
      return new Finding(
          refusal.problem(),
          refusal instanceof UnsafeCheckpointException ? Verdict.DANGEROUS : Verdict.SUSPICIOUS,
          refusal.where());
    }
  }

  public ScanReport {
    globals = List.copyOf(globals);
    findings = List.copyOf(findings);
  }

  /// A report whose only finding is what a reader refused.
  public static ScanReport of(String format, CheckpointException refusal) {
    return new ScanReport(format, List.of(), List.of(Finding.of(refusal)));
  }

  /// The worst that was found.
  public Verdict verdict() {
    return Stream.concat(
            globals.stream().map(NamedGlobal::verdict), findings.stream().map(Finding::verdict))
        .max(Verdict::compareTo)
        .orElse(Verdict.SAFE);
  }

  /// This report and what another scan of the same file, or of a file that belongs to it, found.
  public ScanReport with(ScanReport other) {
    List<NamedGlobal> allGlobals = new ArrayList<>(globals);
    allGlobals.addAll(other.globals);
    List<Finding> allFindings = new ArrayList<>(findings);
    allFindings.addAll(other.findings);
    return new ScanReport(format, allGlobals, allFindings);
  }
}
