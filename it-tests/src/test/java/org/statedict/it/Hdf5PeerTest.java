package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.testkit.CaseNames;
import org.statedict.testkit.Peer;
import org.statedict.testkit.SampleValues;
import org.statedict.testkit.TensorAssert;

/// We read what h5py and Keras write, and h5py reads what we write.
@ExtendWith(CaseNames.class)
class Hdf5PeerTest {
  /// Writes datasets of random shapes and chunks in every form that h5py has.
  private static final String WRITE =
      """
      import hashlib, json, sys, numpy, h5py
      rng = numpy.random.default_rng(7)
      forms = [{}, {"compression": "gzip"}, {"compression": "gzip", "shuffle": True},
               {"compression": "lzf", "shuffle": True}, {"fletcher32": True},
               {"compression": "gzip", "shuffle": True, "fletcher32": True}]
      kinds = "f8 f4 f2 i8 i4 i2 i1 u8 u4 u2 u1 ?  >f8 >f4 >i2 >u8 c8 c16 >c8".split()
      said = []
      with h5py.File(sys.argv[1], "w", libver=(sys.argv[2], "latest"), track_order=True) as f:
          for k in range(5):
              f.create_group("g%d" % k, track_order=True)
          for i in range(120):
              shape = tuple(int(n) for n in rng.integers(1, 40, rng.integers(1, 4)))
              kind = numpy.dtype(kinds[i % len(kinds)])
              a = rng.integers(0, 2, shape).astype(kind) if i % 2 else \\
                  (rng.standard_normal(shape) * 9).astype(kind)
              form = dict(forms[i % len(forms)])
              if form or i % 4 == 0:
                  form["chunks"] = tuple(int(rng.integers(1, n + 1)) for n in shape)
                  form["maxshape"] = [shape, (None,) + shape[1:], (None,) * len(shape)][i % 3]
              name = "g%d/w.%d" % (i % 5, i)
              f.create_dataset(name, data=a, **form)
              little = a.astype(kind.newbyteorder("<"))
              said.append({"name": name.replace("/", "."), "dtype": str(little.dtype),
                           "shape": list(a.shape),
                           "sha256": hashlib.sha256(little.tobytes()).hexdigest()})
      print(json.dumps(sorted(said, key=lambda s: s["name"][:2])))
      """;

  /// Saves a small model and prints the digests of its weights in Keras' order.
  private static final String KERAS =
      """
      import os, sys, hashlib, json
      os.environ["KERAS_BACKEND"] = "torch"
      import keras
      model = keras.Sequential([keras.Input((6, 6, 2)), keras.layers.Conv2D(3, 2),
                                keras.layers.BatchNormalization(), keras.layers.Flatten(),
                                keras.layers.Dense(4), keras.layers.Dense(2)])
      model.save(sys.argv[1])
      print(json.dumps(sorted(hashlib.sha256(v.numpy().tobytes()).hexdigest()
                              for v in model.weights)))
      """;

  /// What h5py calls the types that HDF5 has; those of 8-bit floats are named by an attribute.
  private static final class Hdf5Types {
    static final Map<DType, String> NAMES =
        Map.ofEntries(
            Map.entry(DType.FLOAT64, "float64"),
            Map.entry(DType.FLOAT32, "float32"),
            Map.entry(DType.FLOAT16, "float16"),
            Map.entry(DType.BFLOAT16, "float32"),
            Map.entry(DType.FLOAT8_E4M3FN, "uint8"),
            Map.entry(DType.FLOAT8_E5M2, "uint8"),
            Map.entry(DType.FLOAT8_E4M3FNUZ, "uint8"),
            Map.entry(DType.FLOAT8_E5M2FNUZ, "uint8"),
            Map.entry(DType.FLOAT8_E8M0FNU, "uint8"),
            Map.entry(DType.INT64, "int64"),
            Map.entry(DType.INT32, "int32"),
            Map.entry(DType.INT16, "int16"),
            Map.entry(DType.INT8, "int8"),
            Map.entry(DType.UINT64, "uint64"),
            Map.entry(DType.UINT32, "uint32"),
            Map.entry(DType.UINT16, "uint16"),
            Map.entry(DType.UINT8, "uint8"),
            Map.entry(DType.BOOL, "bool"),
            Map.entry(DType.COMPLEX64, "complex64"),
            Map.entry(DType.COMPLEX128, "complex128"));
  }

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"earliest", "v108", "v110", "v112", "latest"})
  void readsWhatH5pyWrites(String version) throws IOException {
    Path file = folder.resolve("x.h5");
    JsonNode expected = new ObjectMapper().readTree(Peer.python("h5py").run(WRITE, file, version));
    try (Checkpoint open = Checkpoints.open(file)) {
      TensorAssert.assertTensors(expected, open);
      assertEquals(List.of(), open.warnings());
    }
    assertEquals(120, expected.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.keras", "model.h5"})
  void readsWhatKerasWrites(String name) throws IOException {
    Path file = folder.resolve(name);
    JsonNode expected =
        new ObjectMapper().readTree(lastLine(Peer.python("keras", "torch").run(KERAS, file)));
    List<String> found = new ArrayList<>();
    try (Checkpoint open = Checkpoints.open(file)) {
      open.tensors().keySet().forEach(key -> found.add(TensorAssert.sha256(open.tensor(key))));
      assertTrue(open.metadata().containsKey("model_config"));
    }
    expected.forEach(digest -> assertTrue(found.contains(digest.asText()), digest.asText()));
    assertEquals(10, expected.size());
  }

  @Test
  void convertsWithEveryBit() throws IOException {
    Path file = folder.resolve("x.h5");
    JsonNode expected =
        new ObjectMapper().readTree(Peer.python("h5py").run(WRITE, file, "earliest"));
    for (String target : List.of("x.pt", "x.safetensors", "x.onnx")) {
      Checkpoints.convert(file, folder.resolve(target));
      try (Checkpoint open = Checkpoints.open(folder.resolve(target))) {
        TensorAssert.assertTensors(expected, open);
      }
    }
  }

  /// Prints every dataset of a file as h5py sees it, then changes the file and reads it again.
  private static final String READ =
      """
      import hashlib, json, sys, numpy, h5py
      def digest(d):
          t = d.id.get_type()
          if d.size and t.get_class() == h5py.h5t.FLOAT and t.get_size() == 2 and t.get_ebias() == 127:
              raw = numpy.empty(d.shape, "V2")
              d.id.read(h5py.h5s.ALL, h5py.h5s.ALL, raw, mtype=t)
              return hashlib.sha256(raw.tobytes()).hexdigest()
          return hashlib.sha256(d[()].tobytes()).hexdigest()
      said = []
      with h5py.File(sys.argv[1], "r") as f:
          def visit(group, path):
              for name, item in group.items():
                  if isinstance(item, h5py.Group):
                      visit(item, path + [name])
                  else:
                      said.append({"path": path + [name], "dtype": str(item.dtype),
                                   "named": item.attrs.get("dtype", ""),
                                   "shape": list(item.shape), "sha256": digest(item),
                                   "id": h5py.h5o.get_info(item.id).addr})
          visit(f, [])
          attributes = {k: v if isinstance(v, str) else int(v) for k, v in f.attrs.items()}
      with h5py.File(sys.argv[1], "a") as f:
          f.create_dataset("added/here", data=numpy.arange(5.0))
          f.attrs["note"] = "added"
          f.create_group("many")
          for i in range(40):
              f["many"]["x%d" % i] = i
              f.attrs["a%d" % i] = i
          first = said[0]["path"] if said else []
          if first:
              del f["/".join(first)]
      with h5py.File(sys.argv[1], "r") as f:
          assert f["added/here"][4] == 4 and f.attrs["note"] == "added" and len(f["many"]) == 40
          def count(group):
              return sum(count(i) if isinstance(i, h5py.Group) else 1 for i in group.values())
          left = count(f)
      print(json.dumps({"tensors": said, "attributes": attributes, "left": left}))
      """;

  private JsonNode asH5pySees(Path file) throws IOException {
    return new ObjectMapper().readTree(Peer.python("h5py").run(READ, file));
  }

  @Test
  void h5pyReadsEveryTypeThatWeWrite() throws IOException {
    Dict.Builder dict = Dict.builder();
    for (DType dtype : DType.values()) {
      if (Hdf5Types.NAMES.containsKey(dtype)) {
        dict.put(dtype.toString(), everyByte(dtype));
      }
    }
    dict.put("scalar", Tensor.scalar(2.5)).put("none", Tensor.zeros(3, 0, 2));
    Dict value = dict.build();
    Path file = folder.resolve("x.h5");
    Checkpoints.save(value, file);
    JsonNode seen = asH5pySees(file).path("tensors");
    List<String> order = new ArrayList<>();
    for (JsonNode tensor : seen) {
      String name = tensor.path("path").path(0).asText();
      order.add(name);
      Tensor ours = (Tensor) value.get(name).orElseThrow();
      assertEquals(Hdf5Types.NAMES.get(ours.dtype()), tensor.path("dtype").asText(), name);
      boolean named = ours.dtype().bits() == 8 && ours.dtype().isFloatingPoint();
      assertEquals(named ? ours.dtype().toString() : "", tensor.path("named").asText(), name);
      assertEquals(ours.shape().toString().replace(" ", ""), tensor.path("shape").toString(), name);
      assertEquals(TensorAssert.sha256(ours), tensor.path("sha256").asText(), name);
    }
    assertEquals(value.entries().keySet().stream().map(Value::toString).toList(), order);
  }

  @Test
  void h5pyReadsOurChunks() throws IOException {
    Dict.Builder dict = Dict.builder();
    dict.put("line", Tensor.arange(40_000_000).to(DType.INT16)); // more chunks than one node has
    dict.put("plane", Tensor.arange(6_000_000).to(DType.FLOAT32).reshape(3, 2_000_000));
    dict.put("rows", Tensor.arange(500_000).to(DType.COMPLEX64).reshape(1_000, 500));
    dict.put("bools", Tensor.arange(50_000).to(DType.BOOL).reshape(2, 5, 5_000));
    Dict value = dict.build();
    Path file = folder.resolve("x.h5");
    Checkpoints.save(value, file, SaveOptions.DEFAULT.withAdapterOption("hdf5.gzip", "1"));
    for (JsonNode tensor : asH5pySees(file).path("tensors")) {
      String name = tensor.path("path").path(0).asText();
      Tensor ours = (Tensor) value.get(name).orElseThrow();
      assertEquals(TensorAssert.sha256(ours), tensor.path("sha256").asText(), name);
    }
  }

  private static Tensor everyByte(DType dtype) {
    byte[] bytes = new byte[512 * Math.max(1, dtype.bits() / 8)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (dtype == DType.BOOL ? i % 2 : i * 37 + i / 256);
    }
    long count = bytes.length / Math.max(1, dtype.bits() / 8);
    return Tensor.over(Storage.of(bytes), dtype, Shape.of(2, count / 2));
  }

  @Test
  void h5pyReadsAndChangesOurTrees() throws IOException {
    for (var entry : SampleValues.all().entrySet()) {
      Path file = folder.resolve("x.h5");
      Checkpoints.save(entry.getValue(), file, SaveOptions.DEFAULT.withMetadata("note", "é"));
      JsonNode seen = asH5pySees(file);
      assertEquals(
          "statedict-hdf5",
          seen.path("attributes").path("statedict.format").asText(),
          entry.getKey());
      int datasets = seen.path("tensors").size();
      int added = 41 - (datasets > 0 ? 1 : 0);
      assertEquals(datasets + added, seen.path("left").asInt(), entry.getKey());
    }
  }

  @Test
  void h5pyFindsTiedTensorsAsHardLinks() throws IOException {
    Tensor tied = Tensor.ones(2);
    Path file = folder.resolve("x.h5");
    Checkpoints.save(
        Dict.of("m", Dict.of("a", tied, "n/a", Tensor.zeros(1), "b", tied), "step", 3), file);
    JsonNode tensors = asH5pySees(file).path("tensors");
    assertEquals("[\"m\",\"a\"]", tensors.path(0).path("path").toString());
    assertEquals("[\"m\",\"n%2Fa\"]", tensors.path(1).path("path").toString());
    assertEquals("[\"m\",\"b\"]", tensors.path(2).path("path").toString());
    assertEquals(tensors.path(0).path("id"), tensors.path(2).path("id"));
  }

  private static String lastLine(String output) {
    return output.strip().lines().toList().getLast();
  }
}
