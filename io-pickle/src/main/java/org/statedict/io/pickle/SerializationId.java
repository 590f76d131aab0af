package org.statedict.io.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The content of the entry `.data/serialization_id`: 40 decimal digits that PyTorch's writer works
/// out of the archive's names and checksums.
///
/// The first 20 digits combine the hashes of the names in the order in which GNU's
/// `std::unordered_set` iterates them, the last 20 the checksums in file order.
final class SerializationId {
  private static final long SEED = 0xc70f6907L;
  private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;

  private SerializationId() {}

  /// The digits.
  ///
  /// @param names the entries' names without the archive's folder, in file order, without this one
  /// @param crcs the checksums of the entries that are not empty, in file order
  static String of(List<String> names, List<Integer> crcs) {
    long nameHash = 0;
    long[] hashes = names.stream().mapToLong(SerializationId::hash).toArray();
    for (long hash : new HashChain(hashes).inOrder()) {
      nameHash = combine(nameHash, hash);
    }
    long dataHash = 0;
    for (int crc : crcs) {
      dataHash = combine(dataHash, Integer.toUnsignedLong(crc));
    }
    return digits(nameHash) + digits(dataHash);
  }

  private static String digits(long unsigned) {
    String text = Long.toUnsignedString(unsigned);
    return "0".repeat(20 - text.length()) + text;
  }

  private static long combine(long seed, long value) {
    return seed ^ (value + 0x9e3779b9L + (seed << 6) + (seed >>> 2));
  }

  /// MurmurHash64A, which is what `std::hash` of a string is in GNU's library.
  static long hash(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long hash = SEED ^ (bytes.length * MULTIPLIER);
    while (data.remaining() >= 8) {
      hash = (hash ^ mix(data.getLong() * MULTIPLIER) * MULTIPLIER) * MULTIPLIER;
    }
    if (data.hasRemaining()) {
      byte[] tail = new byte[8];
      data.get(tail, 0, data.remaining());
      hash = (hash ^ ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getLong()) * MULTIPLIER;
    }
    return mix(mix(hash) * MULTIPLIER);
  }

  private static long mix(long value) {
    return value ^ (value >>> 47);
  }
}
