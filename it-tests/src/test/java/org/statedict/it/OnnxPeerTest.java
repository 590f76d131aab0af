package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;
import org.statedict.testkit.CaseNames;
import org.statedict.testkit.Peer;
import org.statedict.testkit.RandomValues;
import org.statedict.testkit.SampleValues;
import org.statedict.testkit.TensorAssert;

/// The onnx package checks and reads what we write, onnxruntime loads it, and we read what onnx
/// writes.
@ExtendWith(CaseNames.class)
class OnnxPeerTest {
  /// Checks models in full and prints their initializers, packed as `raw_data` is.
  private static final String READ =
      """
      import hashlib, sys, onnx
      from onnx import checker, external_data_helper
      for path in sys.argv[1:]:
          checker.check_model(path, full_check=True)
          model = onnx.load(path)
          for t in model.graph.initializer:
              kind = onnx.TensorProto.DataType.Name(t.data_type)
              print(t.name, kind, list(t.dims), hashlib.sha256(t.raw_data).hexdigest())
      """;

  /// Runs a model for its outputs and prints those that NumPy has a type for.
  private static final String RUN =
      """
      import hashlib, sys, onnxruntime
      session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
      names = [o.name for o in session.get_outputs()]
      for name, value in zip(names, session.run(None, {})):
          print(name, list(value.shape), hashlib.sha256(value.tobytes()).hexdigest())
      """;

  /// Writes a model with tensors in raw and typed form and in another file.
  private static final String WRITE =
      """
      import hashlib, json, sys, numpy, onnx
      from onnx import helper, numpy_helper
      rng = numpy.random.default_rng(3)
      arrays = {n: rng.integers(0, 2, (3, 5)).astype(n) for n in
                "float64 float32 float16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()}
      raw = [numpy_helper.from_array(a, n) for n, a in arrays.items()]
      typed = [helper.make_tensor("typed." + n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape,
                                  a.flatten().tolist()) for n, a in arrays.items()]
      graph = helper.make_graph([], "g", [], [], initializer=raw + typed)
      model = helper.make_model(graph)
      model.metadata_props.add(key="k", value="v")
      onnx.save_model(model, sys.argv[1], save_as_external_data=sys.argv[2] == "external",
                      location="side.bin", size_threshold=0)
      print(json.dumps([{"name": p + n, "dtype": n, "shape": list(a.shape),
                         "sha256": hashlib.sha256(a.tobytes()).hexdigest()}
                        for p in ("", "typed.") for n, a in arrays.items()]))
      """;

  @TempDir Path folder;

  static List<Dict> written() {
    RandomValues random = new RandomValues(5);
    CheckpointFormat onnx = Formats.installed().named("onnx");
    Dict.Builder types = Dict.builder();
    for (DType type : DType.values()) {
      Dict one = Dict.of("x", random.tensor(type, Shape.of(2, 4)));
      if (isPlain(onnx, one)) {
        types.put(type.label(), random.tensor(type, Shape.of(3, 8)));
      }
    }
    Dict odd = Dict.of("é日\n", Tensor.ones(1), "a/b", Tensor.ones(2), "none", Tensor.zeros(0));
    return List.of(
        types.build(),
        odd,
        Dict.of("scalar", Tensor.scalar(1.5)),
        SampleValues.stateDict(),
        SampleValues.trainingCheckpoint());
  }

  private static boolean isPlain(CheckpointFormat onnx, Dict value) {
    try {
      return onnx.plan(value, "x.onnx", SaveOptions.DEFAULT.withTree(SaveOptions.Tree.NEVER))
          .lost()
          .isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("written")
  void onnxChecksAndReadsWhatWeWrite(Dict value) throws IOException {
    Peer python = Peer.python("onnx");
    for (String external : List.of("never", "always")) {
      Path file = folder.resolve(external + ".onnx");
      Checkpoints.save(
          value, file, SaveOptions.DEFAULT.withAdapterOption("onnx.external-data", external));
      List<String> expected = new ArrayList<>();
      try (Checkpoint open = Checkpoints.open(file)) {
        for (String name : open.tensors().keySet()) {
          expected.add(TensorAssert.sha256(open.tensor(name)));
        }
      }
      List<String> found =
          python
              .run(READ, file)
              .lines()
              .filter(line -> line.length() > 64)
              .map(line -> line.substring(line.length() - 64))
              .toList();
      assertEquals(String.join("\n", expected), String.join("\n", found));
    }
  }

  @Test
  void onnxruntimeRunsWhatWeWrite() throws IOException {
    Peer python = Peer.python("onnxruntime");
    Path file = folder.resolve("x.onnx");
    Dict value = SampleValues.stateDict();
    Checkpoints.save(value, file);
    List<String> expected = new ArrayList<>();
    value
        .entries()
        .forEach((name, t) ->
            expected.add(
                name + " " + t.asTensor().shape() + " " + TensorAssert.sha256(t.asTensor())));
    assertEquals(String.join("\n", expected), python.run(RUN, file).strip());
  }

  @ParameterizedTest
  @MethodSource("places")
  void weReadWhatOnnxWrites(String place) throws IOException {
    Peer python = Peer.python("onnx");
    Path file = folder.resolve("x.onnx");
    JsonNode expected = new ObjectMapper().readTree(python.run(WRITE, file, place));
    try (Checkpoint open = Checkpoints.open(file)) {
      TensorAssert.assertTensors(expected, open);
      assertEquals("v", open.metadata().get("k"));
    }
    assertEquals(place.equals("external"), Files.exists(folder.resolve("side.bin")));
    assertTrue(expected.size() > 20);
  }

  /// Saves a linear layer as onnx does, and what it gives for a certain input.
  private static final String LAYER =
      """
      import sys, numpy, onnx, onnxruntime
      from onnx import TensorProto, checker, helper, numpy_helper
      def run(path, scale):
          checker.check_model(path, full_check=True)
          x = numpy.arange(6, dtype=numpy.float32).reshape(2, 3) * scale
          session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
          print(session.run(None, {"x": x})[0].tolist())
      if len(sys.argv) == 2:
          w = numpy.arange(12, dtype=numpy.float32).reshape(4, 3)
          graph = helper.make_graph(
              [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)], "layer",
              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3])],
              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 4])],
              [numpy_helper.from_array(w, "w"), numpy_helper.from_array(w[:, 0].copy(), "b")])
          model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 18)])
          model.metadata_props.add(key="k", value="v")
          onnx.save_model(model, sys.argv[1])
      run(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
      """;

  @Test
  void aModelWithNewWeightsStillRuns() throws IOException {
    Peer python = Peer.python("onnx", "onnxruntime");
    Path model = folder.resolve("layer.onnx");
    String before = python.run(LAYER, model);
    Path copy = folder.resolve("copy.onnx");
    Dict weights = Checkpoints.load(model).asDict();
    Checkpoints.save(
        weights, copy, SaveOptions.DEFAULT.withAdapterOption("onnx.template", model.toString()));
    assertEquals(-1, Files.mismatch(model, copy), "the same weights give the same bytes");

    Path halved = folder.resolve("halved.onnx");
    Tensor half = Tensor.of(halves(weights.get("w").orElseThrow().asTensor()), 4, 3);
    Checkpoints.save(
        Dict.of("w", half),
        halved,
        SaveOptions.DEFAULT
            .withTree(SaveOptions.Tree.NEVER)
            .withAdapterOption("onnx.template", model.toString()));
    assertEquals(before, python.run(LAYER, halved, 2), "half the weights for twice the input");
  }

  private static float[] halves(Tensor tensor) {
    float[] numbers = tensor.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] /= 2;
    }
    return numbers;
  }

  static List<String> places() {
    return List.of("inside", "external");
  }
}
