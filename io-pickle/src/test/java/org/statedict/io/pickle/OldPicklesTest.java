package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.Tensor;

/// What PyTorch wrote before 0.1.10, of which there are no samples: tensors as objects of their
/// class with a state.
class OldPicklesTest {
  private static final Formats FORMATS = Formats.of(List.of(new PtFormat()));
  private static final String STORAGE = "(S'storage'\nctorch\nFloatStorage\nS'7'\nS'cpu'\nI3\nNtQ";

  /// A stream whose object is the text pickle `object`, with three floats in storage 7.
  private static Source stream(String object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e"));
    out.writeBytes(HexFormat.of().parseHex("80024de9032e"));
    out.writeBytes("(d.".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(object.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes("(lp0\nS'7'\na.".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer storage = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(3);
    out.writeBytes(storage.putFloat(1).putFloat(2).putFloat(3).array());
    return Source.of("old.pt", out.toByteArray());
  }

  private static Tensor load(String object) throws IOException {
    try (var open = FORMATS.open(stream(object), LoadOptions.DEFAULT)) {
      return open.read().asTensor();
    }
  }

  /// A tensor of two elements from element `offset` of the storage on.
  private static String tensor(int offset) {
    return "ctorch\nFloatTensor\n)\u0081(%sI%d\n(I2\nt(I1\nttb".formatted(STORAGE, offset);
  }

  @Test
  void tensorsAreObjectsWithAState() throws IOException {
    Tensor tensor = load(tensor(1) + ".");
    assertEquals(List.of(2L), tensor.shape().toList());
    assertEquals(1, tensor.storageOffset());
    assertArrayEquals(new float[] {2, 3}, tensor.toFloatArray());
  }

  @Test
  void aStateThatReachesPastTheStorageIsRefused() {
    CheckpointException refused =
        assertThrows(CheckpointException.class, () -> load(tensor(2) + "."));
    assertTrue(refused.getMessage().startsWith("old.pt: byte "), refused.getMessage());
  }
}
