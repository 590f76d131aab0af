package org.statedict.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// The bytes of storages that lie outside of every tensor's first to last element, as when a small
/// view was saved with the whole storage behind it. `convert --compact` leaves them out.
final class UnusedBytes {
  private final IdentityHashMap<Storage, List<Range>> used = new IdentityHashMap<>();

  /// The bytes from `begin` to before `end`.
  private record Range(long begin, long end) {}

  void add(Tensor tensor) {
    long begin = tensor.dtype().byteSize(tensor.storageOffset());
    long span = tensor.strides().span(tensor.shape());
    long end = tensor.dtype().byteSize(Math.addExact(tensor.storageOffset(), span));
    used.computeIfAbsent(tensor.storage(), _ -> new ArrayList<>()).add(new Range(begin, end));
  }

  /// Their number; none if every byte is used.
  OptionalLong count() {
    long count = 0;
    for (Map.Entry<Storage, List<Range>> storage : used.entrySet()) {
      count += storage.getKey().byteSize() - covered(storage.getValue());
    }
    return count == 0 ? OptionalLong.empty() : OptionalLong.of(count);
  }

  private static long covered(List<Range> ranges) {
    long covered = 0;
    long end = 0;
    for (Range range : ranges.stream().sorted(Comparator.comparingLong(Range::begin)).toList()) {
      covered += Math.max(0, range.end - Math.max(end, range.begin));
      end = Math.max(end, range.end);
    }
    return covered;
  }
}
