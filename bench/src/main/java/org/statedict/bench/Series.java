package org.statedict.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The runs of one program in a comparison.
final class Series {
  private final String label;
  private final List<Run> runs = new ArrayList<>();

  Series(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  void add(Run run) {
    runs.add(run);
  }

  int size() {
    return runs.size();
  }

  double medianSeconds() {
    List<Double> sorted = runs.stream().map(Run::seconds).sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  double fastestSeconds() {
    return runs.stream().mapToDouble(Run::seconds).min().orElseThrow();
  }

  double slowestSeconds() {
    return runs.stream().mapToDouble(Run::seconds).max().orElseThrow();
  }

  double peakMib() {
    return runs.stream().map(Run::peakKib).max(Comparator.naturalOrder()).orElseThrow() / 1024.0;
  }

  /// A row: program, median, range, memory, ratio of the medians to `other`'s.
  String row(Series other) {
    return "| %s | %.3f s | %.3f–%.3f s | %.0f MiB | %.2f |"
        .formatted(
            label,
            medianSeconds(),
            fastestSeconds(),
            slowestSeconds(),
            peakMib(),
            medianSeconds() / other.medianSeconds());
  }
}
