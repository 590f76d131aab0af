package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;

/// Assertions on tensors and values, whose failures say where the first difference is.
public final class TensorAssert {
  private static final int PIECE = 1 << 20;

  private TensorAssert() {}

  /// Asserts that two values are equal in all that `strictness` takes into account.
  public static void assertSame(Value expected, Value actual, Strictness strictness) {
    assertEquals("", Values.difference(expected, actual, strictness));
  }

  /// Asserts that a tensor's resolved, row-major bytes are these.
  ///
  /// @param hex two digits for each byte
  public static void assertBytes(String hex, Tensor actual) {
    assertEquals(hex, HexFormat.of().formatHex(bytes(actual)));
  }

  /// The tensor's elements as `inspect --digest` sees them: row-major, packed, little-endian.
  public static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.byteSize())];
    TensorBytes.of(tensor).copyTo(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  /// The SHA-256 of [#bytes], computed in pieces, as `inspect --digest` prints it.
  public static String sha256(Tensor tensor) {
    MessageDigest digest = sha256();
    TensorBytes bytes = TensorBytes.of(tensor);
    byte[] piece = new byte[(int) Math.min(PIECE, bytes.byteSize())];
    for (long at = 0; at < bytes.byteSize(); at += piece.length) {
      int size = (int) Math.min(piece.length, bytes.byteSize() - at);
      bytes.copyTo(at, MemorySegment.ofArray(piece).asSlice(0, size));
      digest.update(piece, 0, size);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Asserts that a checkpoint lists exactly the tensors of a golden file, in their order.
  ///
  /// @param expected an array of objects with `name`, `dtype`, `shape` and `sha256`
  public static void assertTensors(JsonNode expected, Checkpoint actual) {
    List<String> wanted = new ArrayList<>();
    for (JsonNode t : expected) {
      wanted.add(
          line(t.path("name").asText(), t.path("dtype").asText(), t.path("shape"))
              + t.path("sha256").asText());
    }
    List<String> found = new ArrayList<>();
    for (TensorInfo info : actual.tensors().values()) {
      found.add(
          line(info.name(), info.dtype().label(), info.shape().toList())
              + sha256(actual.tensor(info.name())));
    }
    assertEquals(String.join("\n", wanted), String.join("\n", found));
  }

  private static String line(String name, String dtype, Object shape) {
    return "%s %s %s ".formatted(name, dtype, shape.toString().replace(" ", ""));
  }
}
