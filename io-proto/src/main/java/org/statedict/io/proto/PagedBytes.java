package org.statedict.io.proto;

import java.io.IOException;
import org.statedict.checkpoint.Source;

/// Single bytes of a source, read a page at a time. Walking over a model touches its structure and
/// skips its bulk, so a few pages are read of a file of gigabytes.
final class PagedBytes {
  private static final int PAGE = 1 << 16;

  private final Source source;
  private byte[] page = new byte[0];
  private long pageAt;

  PagedBytes(Source source) {
    this.source = source;
  }

  Source source() {
    return source;
  }

  long size() {
    return source.size();
  }

  /// The byte at `at`, which is inside the source, from 0 to 255.
  int at(long at) throws IOException {
    if (at < pageAt || at >= pageAt + page.length) {
      pageAt = at;
      page = source.bytes(at, PAGE);
    }
    return page[(int) (at - pageAt)] & 0xFF;
  }

  /// The bytes of a range that was checked against a limit.
  byte[] bytes(Range range) throws IOException {
    return source.bytes(range.from(), Math.toIntExact(range.size()));
  }
}
