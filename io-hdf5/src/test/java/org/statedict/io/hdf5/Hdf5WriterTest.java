package org.statedict.io.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Tree;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Values.Strictness;
import org.statedict.testkit.TensorAssert;

/// What a file that we write looks like to others; jHDF's public API is one of them.
class Hdf5WriterTest {
  @TempDir Path folder;

  private Path saved(Object value, SaveOptions options) throws IOException {
    Path file = folder.resolve("x.h5");
    Checkpoints.save(Dict.of("root", value).get("root").orElseThrow(), file, options);
    return file;
  }

  @Test
  void jhdfReadsPlainStateDicts() throws IOException {
    Dict value =
        Dict.of(
            "fc.weight",
            Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
            "fc.bias",
            Tensor.of(new double[] {-0.0, 0.5}),
            "steps",
            Tensor.of(new long[] {Long.MIN_VALUE, 7}));
    try (HdfFile file = new HdfFile(saved(value, SaveOptions.DEFAULT))) {
      assertEquals(
          List.of("fc.weight", "fc.bias", "steps"), List.copyOf(file.getChildren().keySet()));
      assertArrayEquals(
          new float[][] {{1, 2, 3}, {4, 5, 6}},
          (float[][]) file.getDatasetByPath("fc.weight").getData());
      assertArrayEquals(
          new double[] {-0.0, 0.5}, (double[]) file.getDatasetByPath("fc.bias").getData());
      assertArrayEquals(
          new long[] {Long.MIN_VALUE, 7}, (long[]) file.getDatasetByPath("steps").getData());
    }
  }

  @Test
  void jhdfReadsGroupsLinksAndText() throws IOException {
    Tensor tied = Tensor.ones(2);
    Dict value = Dict.of("model", Dict.of("a", tied, "b", tied), "lr", 0.5);
    SaveOptions options = SaveOptions.DEFAULT.withMetadata("note", "é").withMetadata("empty", "");
    try (HdfFile file = new HdfFile(saved(value, options))) {
      Dataset one = file.getDatasetByPath("model/a");
      assertEquals(one.getAddress(), file.getDatasetByPath("model/b").getAddress());
      assertArrayEquals(new float[] {1, 1}, (float[]) one.getData());
      assertEquals("é", file.getAttribute("note").getData());
      assertEquals(1L, file.getAttribute("statedict.version").getData());
      assertTrue(
          assertInstanceOf(String.class, file.getAttribute("statedict.tree.0").getData())
              .contains("/model/a"));
    }
  }

  @Test
  void manyKeysAndLongTreesAreRead() throws IOException {
    Dict.Builder many = Dict.builder();
    Tensor one = Tensor.ones(1);
    for (int i = 0; i < 3_000; i++) {
      many.put("layer." + i + ".weight", i % 2 == 0 ? Tensor.ones(1) : one);
    }
    Dict value = Dict.of("model", many.build(), "names", Seq.of("x".repeat(70_000)));
    Path file = saved(value, SaveOptions.DEFAULT);
    assertEquals(value.toString(), Checkpoints.load(file).toString());
    try (HdfFile other = new HdfFile(file)) {
      assertEquals(3_000, ((Group) other.getChild("model")).getChildren().size());
    }
  }

  @Test
  void namesAreEscapedAndComeBack() throws IOException {
    Dict.Builder dict = Dict.builder();
    for (String key :
        List.of("", ".", "..", "a/b", "%", "%2F", "é\u0000", " ", "~2", "x".repeat(300))) {
      dict.put(key, Tensor.zeros(1));
    }
    Dict value = dict.build();
    Path file = saved(value, SaveOptions.DEFAULT);
    try (Checkpoint open = Checkpoints.open(file)) {
      assertEquals(value.entries().keySet(), ((Dict) open.tree()).entries().keySet());
      assertEquals("superblock 2", open.formatDetail());
    }
    assertTrue(!new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("tree"));
  }

  @Test
  void membersOfOneNameGetGroupsOfTheirOwn() throws IOException {
    Dict value =
        Dict.of(
            "d",
            Dict.builder()
                .put(new Scalar.Int(0), Tensor.zeros(1))
                .put("0", Dict.of("x", Tensor.ones(1)))
                .build(),
            "t1",
            Dict.of("\ud800", Tensor.ones(2)));
    assertEquals(value.toString(), Checkpoints.load(saved(value, SaveOptions.DEFAULT)).toString());
  }

  @Test
  void tiedTensorsOfAPlainFileStayTied() throws IOException {
    Tensor tied = Tensor.ones(2);
    Path file = saved(Dict.of("a", tied, "b", tied), SaveOptions.DEFAULT.withTree(Tree.NEVER));
    Dict back = (Dict) Checkpoints.load(file);
    assertSame(
        ((Tensor) back.get("a").orElseThrow()).storage(),
        ((Tensor) back.get("b").orElseThrow()).storage());
  }

  @Test
  void dataAreAlignedAndFilesEndWithThem() throws IOException {
    Path file = saved(Dict.of("a", Tensor.ones(3), "b", Tensor.ones(5)), SaveOptions.DEFAULT);
    try (Checkpoint open = Checkpoints.open(file)) {
      open.tensors().values().forEach(t -> assertEquals(0, offset(t) % 64, t.name()));
      assertEquals(Files.size(file), offset(open.tensors().lastEntry().getValue()) + 20);
    }
  }

  private static long offset(TensorInfo tensor) {
    return tensor.extent().orElseThrow().byteOffset();
  }

  @Test
  void chunksAreReadByUsAndByJhdf() throws IOException {
    Dict value =
        Dict.of(
            "line",
            Tensor.arange(300_000),
            "plane",
            Tensor.arange(70_000).reshape(7, 10_000),
            "small",
            Tensor.ones(3));
    SaveOptions gzip = SaveOptions.DEFAULT.withAdapterOption("hdf5.gzip", "6");
    Path file = saved(value, gzip);
    assertTrue(Files.size(file) < 1_000_000, () -> file.toFile().length() + " bytes");
    TensorAssert.assertSame(value, Checkpoints.load(file), Strictness.VALUES);
    try (HdfFile other = new HdfFile(file)) {
      assertArrayEquals(
          Tensor.arange(300_000).toLongArray(), (long[]) other.getDatasetByPath("line").getData());
      assertEquals(2, other.getDatasetByPath("plane").getFilters().size());
    }
  }

  @Test
  void chunksOfManyShapesAndLevelsOfTheIndexComeBack() throws IOException {
    SaveOptions gzip = SaveOptions.DEFAULT.withAdapterOption("hdf5.gzip", "1");
    for (Shape shape :
        List.of(
            Shape.of(5_000, 3, 7),
            Shape.of(3, 1, 600_001),
            Shape.of(2, 3, 300_000),
            Shape.of(36_000_000),
            Shape.of(70, 140_000))) {
      Dict value =
          Dict.of(
              "x", Tensor.arange(shape.elementCount()).to(DType.INT16).reshape(shape.toArray()));
      TensorAssert.assertSame(value, Checkpoints.load(saved(value, gzip)), Strictness.VALUES);
    }
  }

  @Test
  void whatHdf5CannotHoldIsRefused() {
    long[] dims = new long[33];
    Arrays.fill(dims, 1);
    Dict deep = Dict.of("a", Tensor.zeros(dims));
    assertThrows(UnsupportedValueException.class, () -> saved(deep, SaveOptions.DEFAULT));
    SaveOptions unnamed = SaveOptions.DEFAULT.withMetadata("", "x");
    assertThrows(UnsupportedValueException.class, () -> saved(Dict.EMPTY, unnamed));
    assertThrows(
        UnsupportedValueException.class,
        () -> Checkpoints.save(Dict.EMPTY, folder.resolve("x.keras")));
  }
}
