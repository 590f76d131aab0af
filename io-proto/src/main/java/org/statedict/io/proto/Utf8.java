package org.statedict.io.proto;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;

/// Text in models, whose encoding nobody has checked.
final class Utf8 {
  private Utf8() {}

  /// The text, if the bytes are one.
  static Optional<String> decode(ByteBuffer bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// @throws CheckpointException if the bytes are no UTF-8
  static String require(ByteString bytes, Where where, String what) throws CheckpointException {
    return decode(bytes.asReadOnlyByteBuffer())
        .orElseThrow(() -> new CheckpointException(where, what + " that is no UTF-8; refused"));
  }
}
