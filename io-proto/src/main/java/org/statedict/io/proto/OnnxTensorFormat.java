package org.statedict.io.proto;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatFormat;
import org.statedict.checkpoint.spi.FlatHost;
import org.statedict.checkpoint.spi.StorageTable;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;

/// Files of one `TensorProto` alone, as the tests of ONNX have them for inputs and outputs. Their
/// content cannot be told from a model's, so the format is used only when it is named. A tensor
/// without a name is called `value`.
public final class OnnxTensorFormat extends FlatFormat {
  private static final String NAMELESS = "value";

  @Override
  public String name() {
    return "onnx-tensor";
  }

  @Override
  public List<String> endings() {
    return List.of();
  }

  @Override
  public boolean canWrite() {
    return false;
  }

  @Override
  public Recognition recognises(Source source) {
    return Recognition.NO;
  }

  @Override
  protected Contents read(Source source, LoadOptions options) throws IOException {
    PagedBytes in = new PagedBytes(source);
    StorageTable table = new StorageTable(options);
    ExternalFiles external = new ExternalFiles(source);
    TensorReader.Named named =
        new TensorReader(in, options, table, external).read(WireReader.of(in), "tensor");
    String name = named.name().isEmpty() ? NAMELESS : named.name();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    if (named.value() instanceof Tensor tensor) {
      tensors.put(name, tensor);
    }
    return new Contents(
        "",
        tensors,
        Dict.of(name, named.value()),
        new LinkedHashMap<>(),
        table,
        List.of(),
        external.opened());
  }

  @Override
  protected FlatHost host() {
    return new FlatHost(OnnxDTypes.all(), name -> !name.isEmpty(), true);
  }

  @Override
  protected SavePlan layOut(Flat flat, String target, SaveOptions options) throws IOException {
    throw new UnsupportedValueException(
        target, "files of one bare tensor are only read; write an .onnx model instead");
  }
}
