package org.statedict.tensor;

import java.nio.ByteBuffer;

/// The words of mt19937, 32 bits each, and their state in PyTorch's layout: seed (8 bytes), words
/// left (4), whether seeded (4), next word (8), 624 words of 8 bytes.
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int MIDDLE = 397;
  private static final int TWIST = 0x9908b0df;

  private final long seed;
  private final int[] state;
  private int left;
  private int next;

  private MersenneTwister(long seed, int[] state, int left, int next) {
    this.seed = seed;
    this.state = state;
    this.left = left;
    this.next = next;
  }

  /// Only the low 32 bits of the seed count.
  static MersenneTwister seeded(long seed) {
    int[] state = new int[SIZE];
    state[0] = (int) seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }
    return new MersenneTwister(seed, state, 1, 0);
  }

  long seed() {
    return seed;
  }

  /// The next word, as a number from 0 to 2^32 - 1.
  long next() {
    if (--left == 0) {
      twist();
    }
    int word = state[next++];
    word ^= word >>> 11;
    word ^= word << 7 & 0x9d2c5680;
    word ^= word << 15 & 0xefc60000;
    return Integer.toUnsignedLong(word ^ word >>> 18);
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int mixed = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % SIZE] ^ mixed >>> 1 ^ ((mixed & 1) == 0 ? 0 : TWIST);
    }
    left = SIZE;
    next = 0;
  }

  void write(ByteBuffer out) {
    out.putLong(seed).putInt(left).putInt(1).putLong(next);
    for (int word : state) {
      out.putLong(Integer.toUnsignedLong(word));
    }
  }

  /// @throws IllegalArgumentException if these are no bytes of a state
  static MersenneTwister read(ByteBuffer in) {
    long seed = in.getLong();
    int left = in.getInt();
    int seeded = in.getInt();
    long next = in.getLong();
    if (seeded != 1 || left < 1 || left > SIZE || next < 0 || next > SIZE) {
      throw new IllegalArgumentException(
          "not a generator's state: seeded %d, %d words left, next word %d"
              .formatted(seeded, left, next));
    }
    int[] state = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      state[i] = (int) in.getLong();
    }
    return new MersenneTwister(seed, state, left, (int) next);
  }
}
