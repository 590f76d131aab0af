package org.statedict.cli;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// The SHA-256 of a tensor's row-major, contiguous, little-endian bytes.
final class Digests {
  private static final int PIECE = 1 << 18;

  private Digests() {}

  /// @throws java.io.UncheckedIOException if the bytes cannot be read
  static String sha256(Tensor tensor) {
    MessageDigest digest = digest();
    TensorBytes bytes = TensorBytes.of(tensor);
    byte[] piece = new byte[(int) Math.min(PIECE, bytes.byteSize())];
    for (long at = 0; at < bytes.byteSize(); at += piece.length) {
      int size = (int) Math.min(piece.length, bytes.byteSize() - at);
      bytes.copyTo(at, piece, size);
      digest.update(piece, 0, size);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
