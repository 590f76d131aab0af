package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;
import org.statedict.testkit.CaseNames;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.Peer;
import org.statedict.testkit.RandomValues;
import org.statedict.testkit.SampleValues;
import org.statedict.testkit.TensorAssert;

/// The reference implementation reads what we write, and we read what it writes.
@ExtendWith(CaseNames.class)
class SafetensorsPeerTest {
  /// Prints what a file holds, one tensor a line, by the reference reader alone.
  private static final String LIST =
      """
      import hashlib, sys
      from safetensors import deserialize
      for name, t in deserialize(open(sys.argv[1], "rb").read()):
          digest = hashlib.sha256(bytes(t["data"])).hexdigest()
          print(name.encode("utf-8").hex(), t["dtype"], t["shape"], digest)
      """;

  /// Saves tensors of every type that both know and prints them as a golden file's `tensors`.
  private static final String SAVE =
      """
      import hashlib, json, sys, torch
      from safetensors.torch import save_file
      torch.manual_seed(7)
      names = ("float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 int64 int32 int16 int8"
               " uint64 uint32 uint16 uint8 bool complex64").split()
      tensors = {}
      for i, name in enumerate(names):
          dtype = getattr(torch, name)
          raw = torch.randint(0, 2 if name == "bool" else 256, (6, 4, dtype.itemsize), dtype=torch.uint8)
          tensors[name] = raw.view(dtype).reshape(6, 4)
          tensors[name + ".scalar"] = tensors[name][0, 0].clone()
          tensors[name + ".none"] = torch.empty(0, 3, dtype=dtype)
      save_file(tensors, sys.argv[1], metadata={"format": "pt", "\\u00e9": "\\u2028\\""})
      print(json.dumps([{"name": n, "dtype": str(t.dtype)[6:], "shape": list(t.shape),
          "sha256": hashlib.sha256(t.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()).hexdigest()}
          for n, t in tensors.items()]))
      """;

  /// Compares, bit for bit, pairs of a .pt and a .safetensors file.
  private static final String COMPARE =
      """
      import sys, torch
      from safetensors.torch import load_file
      for pt, other in zip(sys.argv[1::2], sys.argv[2::2]):
          a, b = torch.load(pt, map_location="cpu"), load_file(other)
          assert set(a) == set(b), (pt, set(a) ^ set(b))
          for name in a:
              x, y = a[name].detach().resolve_conj().resolve_neg().contiguous(), b[name]
              assert x.dtype == y.dtype and x.shape == y.shape, (pt, name)
              same = x.reshape(-1).view(torch.uint8).equal(y.reshape(-1).view(torch.uint8))
              assert same, (pt, name)
          print(len(a))
      """;

  /// Golden state_dicts of tensors that both formats hold.
  private static final List<String> STATE_DICTS =
      List.of(
          "net.pt",
          "cnn_state.pt",
          "lstm_state.pt",
          "mha_state.pt",
          "mixed_precision.pt",
          "zero_dim.pt",
          "noncontiguous.pt",
          "net_ddp_prefix.pt");

  private static final Map<DType, String> NAMES =
      Map.ofEntries(
          Map.entry(DType.FLOAT64, "F64"),
          Map.entry(DType.FLOAT32, "F32"),
          Map.entry(DType.FLOAT16, "F16"),
          Map.entry(DType.BFLOAT16, "BF16"),
          Map.entry(DType.FLOAT8_E4M3FN, "F8_E4M3"),
          Map.entry(DType.FLOAT8_E5M2, "F8_E5M2"),
          Map.entry(DType.FLOAT8_E8M0FNU, "F8_E8M0"),
          Map.entry(DType.FLOAT6_E2M3FN, "F6_E2M3"),
          Map.entry(DType.FLOAT6_E3M2FN, "F6_E3M2"),
          Map.entry(DType.FLOAT4_E2M1FN, "F4"),
          Map.entry(DType.INT64, "I64"),
          Map.entry(DType.INT32, "I32"),
          Map.entry(DType.INT16, "I16"),
          Map.entry(DType.INT8, "I8"),
          Map.entry(DType.UINT64, "U64"),
          Map.entry(DType.UINT32, "U32"),
          Map.entry(DType.UINT16, "U16"),
          Map.entry(DType.UINT8, "U8"),
          Map.entry(DType.BOOL, "BOOL"),
          Map.entry(DType.COMPLEX64, "C64"));

  @TempDir Path folder;

  static List<Dict> written() {
    RandomValues random = new RandomValues(3);
    Dict.Builder types = Dict.builder();
    NAMES.keySet().forEach(t -> types.put(t.label(), random.tensor(t, Shape.of(3, 8))));
    Dict odd = Dict.of("", Tensor.ones(1), "é日\n\u2028\"", Tensor.ones(2), "a/b", Tensor.zeros(0));
    return List.of(
        types.build(),
        odd,
        Dict.EMPTY,
        SampleValues.stateDict(),
        SampleValues.flat().get("views that are not contiguous").asDict());
  }

  @ParameterizedTest
  @MethodSource("written")
  void referenceReadsWhatWeWrite(Dict value) throws IOException {
    Peer python = Peer.python("safetensors");
    Path file = folder.resolve("x.safetensors");
    Checkpoints.save(value, file);
    List<String> wanted = new ArrayList<>();
    value.entries().forEach((name, tensor) -> wanted.add(line(name.asText(), tensor.asTensor())));
    List<String> found = python.run(LIST, file).lines().sorted().toList();
    assertEquals(String.join("\n", wanted.stream().sorted().toList()), String.join("\n", found));
  }

  private static String line(String name, Tensor tensor) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return "%s %s %s %s"
        .formatted(
            HexFormat.of().formatHex(utf8),
            NAMES.get(tensor.dtype()),
            tensor.shape(),
            TensorAssert.sha256(tensor));
  }

  @Test
  void referenceReadsOurTrees() throws IOException {
    Peer python = Peer.python("safetensors");
    Path file = folder.resolve("x.safetensors");
    Checkpoints.save(SampleValues.trainingCheckpoint(), file);
    String listed = python.run(LIST, file);
    assertTrue(
        listed.contains(
            HexFormat.of().formatHex("model.hidden.weight".getBytes(StandardCharsets.UTF_8))),
        listed);
  }

  @Test
  void weReadWhatTheReferenceWrites() throws IOException {
    Peer python = Peer.python("torch", "safetensors");
    Path file = folder.resolve("x.safetensors");
    JsonNode expected = new ObjectMapper().readTree(python.run(SAVE, file));
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertEquals(Map.of("format", "pt", "é", "\u2028\""), checkpoint.metadata());
      for (JsonNode tensor : expected) {
        String name = tensor.path("name").asText();
        assertEquals(tensor.path("dtype").asText(), checkpoint.tensor(name).dtype().label(), name);
        assertEquals(
            tensor.path("sha256").asText(), TensorAssert.sha256(checkpoint.tensor(name)), name);
      }
      assertEquals(expected.size(), checkpoint.tensors().size());
    }
  }

  @Test
  void torchLoadsTheSameNumbersFromBothFiles() throws IOException {
    Peer python = Peer.python("torch", "safetensors");
    List<Object> pairs = new ArrayList<>();
    for (String name : STATE_DICTS) {
      Path pt = GoldenFiles.find("pytorch").resolve(name);
      Path converted = folder.resolve(name + ".safetensors");
      Checkpoints.convert(pt, converted);
      pairs.addAll(List.of(pt, converted));
    }
    String counts = python.run(COMPARE, pairs.toArray());
    assertEquals(STATE_DICTS.size(), counts.lines().count(), counts);
  }

  /// With one entry of metadata: the reference writes several in no particular order.
  @Test
  void oursIsByteForByteWhatTheReferenceWrites() throws IOException {
    Peer python = Peer.python("torch", "safetensors");
    Path theirs = folder.resolve("theirs.safetensors");
    python.run(SAVE.replaceAll("metadata=\\{.*}", "metadata={'format': 'pt'}"), theirs);
    Path ours = folder.resolve("ours.safetensors");
    Checkpoints.save(
        Checkpoints.load(theirs), ours, SaveOptions.DEFAULT.withMetadata("format", "pt"));
    assertEquals(-1, Files.mismatch(ours, theirs));
  }
}
