package org.statedict.io.proto;

/// The bytes `from` to before `end` of a file.
record Range(long from, long end) {
  long size() {
    return end - from;
  }
}
