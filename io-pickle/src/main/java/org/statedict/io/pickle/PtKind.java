package org.statedict.io.pickle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.Source;

/// Which kind of PyTorch file the first bytes announce.
enum PtKind {
  /// A zip archive; other formats are such archives too, so the first bytes settle nothing.
  ZIP(Recognition.MAYBE),
  /// A pickle: the stream of old, or no PyTorch file at all.
  PICKLE(Recognition.YES),
  /// What may be a pickle of protocol 0 or 1, which begin without a mark.
  TEXT_PICKLE(Recognition.MAYBE),
  TAR(Recognition.YES),
  OTHER(Recognition.NO);

  private final Recognition recognition;

  PtKind(Recognition recognition) {
    this.recognition = recognition;
  }

  Recognition recognition() {
    return recognition;
  }

  static PtKind of(Source source) throws IOException {
    byte[] start = source.bytes(0, TarMembers.BLOCK);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PK\u0003\u0004") || text.startsWith("PK\u0005\u0006")) {
      return ZIP;
    }
    if (isPickle(text)) {
      return PICKLE;
    }
    if (text.length() == TarMembers.BLOCK && (text.startsWith("ustar", 257) || isOldTar(text))) {
      return TAR;
    }
    return isTextPickle(source, text) ? TEXT_PICKLE : OTHER;
  }

  /// A pickle begins with its protocol. So does a safetensors file whose header is 384 or 640 bytes
  /// long, say; its ninth byte is a brace, and the zeros before that are no opcodes.
  private static boolean isPickle(String text) {
    boolean protocol = text.length() > 2 && text.charAt(0) == 0x80 && text.charAt(1) <= 5;
    return protocol && !text.startsWith("\0\0\0\0{", 4);
  }

  private static boolean isOldTar(String header) {
    return TarMembers.KNOWN.stream().anyMatch(member -> header.startsWith(member + "\0"));
  }

  private static boolean isTextPickle(Source source, String text) throws IOException {
    boolean begins = !text.isEmpty() && "(]}cILFSVNPK".indexOf(text.charAt(0)) >= 0;
    return begins && source.bytes(source.size() - 1, 1)[0] == '.';
  }
}
