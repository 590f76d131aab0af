package org.statedict.io.pickle;

import java.util.Arrays;

/// The order in which GNU's `std::unordered_set` iterates the hashes that were put into it.
///
/// All elements are one linked list. A new one goes before the first of its bucket, or to the front
/// if its bucket is empty; when the table grows, the elements are inserted again in list order.
final class HashChain {
  private static final int[] BUCKETS = {
    1, 13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172933, 351061,
    712697, 1447153, 2938679
  };
  private static final int NONE = -1;

  private final long[] hashes;
  private final int[] next;
  private final int head;
  private int level;
  private int count;

  /// For each bucket the element before its first one, `head` standing for the list's beginning.
  private int[] before = {NONE};

  HashChain(long... hashes) {
    this.hashes = hashes;
    this.head = hashes.length;
    this.next = new int[hashes.length + 1];
    next[head] = NONE;
    for (int i = 0; i < hashes.length; i++) {
      if (count + 1 > BUCKETS[level]) {
        grow();
      }
      insert(i);
      count++;
    }
  }

  private void grow() {
    while (BUCKETS[level] < count + 1) {
      level++;
    }
    before = new int[BUCKETS[level]];
    Arrays.fill(before, NONE);
    int element = next[head];
    next[head] = NONE;
    while (element != NONE) {
      int following = next[element];
      insert(element);
      element = following;
    }
  }

  private void insert(int element) {
    int bucket = bucket(element);
    if (before[bucket] != NONE) {
      link(before[bucket], element);
      return;
    }
    int first = next[head];
    link(head, element);
    before[bucket] = head;
    if (first != NONE) {
      before[bucket(first)] = element;
    }
  }

  private void link(int previous, int element) {
    next[element] = next[previous];
    next[previous] = element;
  }

  private int bucket(int element) {
    return (int) Long.remainderUnsigned(hashes[element], BUCKETS[level]);
  }

  /// The hashes in iteration order.
  long[] inOrder() {
    long[] order = new long[count];
    int element = next[head];
    for (int i = 0; i < count; i++) {
      order[i] = hashes[element];
      element = next[element];
    }
    return order;
  }
}
