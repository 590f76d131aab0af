package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.testkit.CaseNames;
import org.statedict.testkit.Peer;
import org.statedict.testkit.TensorAssert;

/// We read what h5py and Keras write.
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

  private static String lastLine(String output) {
    return output.strip().lines().toList().getLast();
  }
}
