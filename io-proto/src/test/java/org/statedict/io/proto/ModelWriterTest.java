package org.statedict.io.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// Where the data of large models go, worked out without writing them.
class ModelWriterTest {
  private static final long GIB = 1L << 30;

  private static Dict value(long gib) {
    Dict.Builder dict = Dict.builder().put("small", Tensor.ones(3));
    for (int i = 0; i < gib; i++) {
      Storage storage = Storage.deferred(GIB, Device.CPU, (_, dst) -> dst.fill((byte) 0));
      dict.put("large" + i, Tensor.over(storage, DType.UINT8, Shape.of(GIB)));
    }
    return dict.build();
  }

  private static SavePlan plan(Dict value, String external) throws IOException {
    SaveOptions options = SaveOptions.DEFAULT.withAdapterOption(OnnxFormat.EXTERNAL, external);
    return new OnnxFormat().plan(value, "x.onnx", options);
  }

  @Test
  void beyondTwoGibibytesTheDataGoBesideTheModel() throws IOException {
    List<SavePlan.PlannedFile> files = plan(value(2), "auto").files();
    assertEquals(
        List.of("x.onnx.data", "x.onnx"), files.stream().map(SavePlan.PlannedFile::name).toList());
    assertEquals(2 * GIB + (1 << 16), files.getFirst().byteSize(), "small, a gap, two large ones");
    assertTrue(files.getLast().byteSize() < 1000);
  }

  @Test
  void oneGibibyteFitsIntoTheModel() throws IOException {
    assertEquals(1, plan(value(1), "auto").files().size());
  }

  @Test
  void whatDoesNotFitIsRefusedIfNothingMayGoBeside() {
    UnsupportedValueException refused =
        assertThrows(UnsupportedValueException.class, () -> plan(value(2), "never"));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("at most 2 GiB"), message);
  }
}
