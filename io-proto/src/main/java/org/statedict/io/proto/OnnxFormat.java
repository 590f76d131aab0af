package org.statedict.io.proto;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatFormat;
import org.statedict.checkpoint.spi.FlatHost;

/// `.onnx` models: their initializers are a state_dict.
///
/// A model that is written holds initializers and nothing else, as graph outputs too where
/// onnxruntime has their types, so that it can be run for its weights. Data go to a file beside the
/// model, `NAME.data`, when the model would pass 2 GiB or when that is asked for.
///
/// Specification: [ONNX](https://onnx.ai/onnx/repo-docs/IR.html).
public final class OnnxFormat extends FlatFormat {
  static final String EXTERNAL = "onnx.external-data";
  static final String ALL = "onnx.all";
  static final String TEMPLATE = "onnx.template";
  static final String KEEP = "onnx.keep";

  private static final FlatHost HOST = new FlatHost(OnnxDTypes.all(), OnnxFormat::canName, true);

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public List<String> endings() {
    return List.of(".onnx");
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        EXTERNAL,
        "auto (the default: beyond 2 GiB), always or never: data beside the model",
        TEMPLATE,
        "a model whose initializers get the new values, and all else of which is kept",
        KEEP,
        "the model that the value comes from, the same unless it holds a tree of values",
        ALL,
        "true to read constants and the tensors of subgraphs, functions and training, too");
  }

  private static boolean canName(String name) {
    return !name.isEmpty() && FlatHost.isUnicode(name);
  }

  /// There is no magic number: a model begins with its version in practice, and what follows parses
  /// and holds a graph or an opset.
  @Override
  public Recognition recognises(Source source) throws IOException {
    byte[] start = source.bytes(0, 2);
    boolean versioned = start.length == 2 && start[0] == 8 && start[1] > 0 && start[1] < 100;
    try {
      return holdsModel(source) && (versioned || isNamed(source))
          ? Recognition.MAYBE
          : Recognition.NO;
    } catch (CheckpointException e) {
      return versioned && isNamed(source) ? Recognition.MAYBE : Recognition.NO;
    }
  }

  private static boolean isNamed(Source source) {
    return source.name().endsWith(".onnx");
  }

  private static boolean holdsModel(Source source) throws IOException {
    WireReader model = WireReader.of(new PagedBytes(source));
    boolean found = false;
    while (model.next()) {
      found |= model.is(7, WireReader.BYTES) || model.is(8, WireReader.BYTES);
      model.skip();
    }
    return found;
  }

  @Override
  protected Contents read(Source source, LoadOptions options) throws IOException {
    return new ModelReader(source, options).read();
  }

  @Override
  protected FlatHost host() {
    return HOST;
  }

  @Override
  protected SavePlan layOut(Flat flat, String target, SaveOptions options) throws IOException {
    return ModelWriter.plan(flat, target, options);
  }
}
