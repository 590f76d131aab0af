package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Opaque;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Values built here, saved, and compared byte for byte with what PyTorch 2.13 saved.
class PtWriterTest {
  private static final Path GOLDEN = Path.of("..", "testdata", "golden", "pytorch");

  @TempDir Path folder;

  static Stream<Arguments> sameValues() {
    Tensor x = Tensor.ones(3);
    Tensor y = Tensor.zeros(2, 3);
    Tensor once = Tensor.of(new float[] {1, 2, 3});
    return Stream.of(
        argumentSet("a tensor", "x.pt", x),
        argumentSet("a list", "xy_list.pt", Seq.of(x, y)),
        argumentSet("a tuple", "xy_tuple.pt", Seq.tuple(x, y)),
        argumentSet("a dict", "xy_dict.pt", Dict.of("x", x, "y", y)),
        argumentSet("a name with dots", "dotted.name.tar.pt", x),
        argumentSet("nothing", "empty_dict.pt", Dict.of()),
        argumentSet("empty bytes", "bytes_empty.pt", Dict.of("e", new byte[0])),
        argumentSet("one tensor thrice", "same_object_twice.pt", Seq.of(once, once, Seq.of(once))),
        argumentSet("batches of a thousand", "batches.pt", batches()),
        argumentSet("long memo numbers", "many_storages.pt", thirtyTensors()),
        argumentSet("views of one storage", "views.pt", views()),
        argumentSet("PyTorch's own objects", "torch_objects.pt", torchObjects()));
  }

  private static Value batches() {
    Dict.Builder dict = Dict.builder();
    IntStream.range(0, 2100).forEach(i -> dict.put(Value.of(i), Value.of(i + 1)));
    return Dict.of("list", IntStream.range(0, 2500).boxed().toList(), "dict", dict.build());
  }

  private static Value thirtyTensors() {
    return Seq.of(
        Seq.Kind.LIST, IntStream.range(0, 30).mapToObj(i -> Tensor.of(new float[] {i})).toList());
  }

  private static Value views() {
    float[] numbers = new float[12];
    IntStream.range(0, 12).forEach(i -> numbers[i] = i);
    Tensor w = Tensor.of(numbers);
    Tensor rows = w.reshape(3, 4);
    return Dict.of(
        "base", w,
        "slice", w.slice(0, 2, 5),
        "t", rows.transpose(0, 1),
        "step", w.slice(0, 0, 12, 3),
        "last", w.slice(0, 11, 12),
        "row", rows.select(0, 1));
  }

  private static Value torchObjects() {
    return Dict.of(
        "size", Seq.size(Shape.of(2, 3)),
        "dtype", new Scalar.DTypeName(DType.BFLOAT16),
        "device", new Scalar.DeviceName(new Device("cuda:1")),
        "cpu", new Scalar.DeviceName(Device.CPU),
        "layout", new Scalar.GlobalName("torch.strided"));
  }

  @ParameterizedTest
  @MethodSource("sameValues")
  void savesTheSameBytesAsPyTorch(String file, Value value) throws IOException {
    assertArrayEquals(Files.readAllBytes(GOLDEN.resolve(file)), saved(value, file));
  }

  private byte[] saved(Value value, String file) throws IOException {
    Path target = folder.resolve(file);
    PtWriter plan = PtWriter.plan(value, file, SaveOptions.DEFAULT);
    Formats.of(List.of()).write(plan, target, SaveOptions.DEFAULT, Progress.NONE, () -> {});
    assertEquals(plan.files().getFirst().byteSize(), Files.size(target));
    return Files.readAllBytes(target);
  }

  @Test
  void refusesObjectsThatPythonWouldImport() {
    Opaque object = new Opaque("argparse.Namespace", null, Dict.of("a", 1), List.of(), List.of());
    var error =
        assertThrows(
            UnsupportedValueException.class,
            () -> PtWriter.plan(object, "x.pt", SaveOptions.DEFAULT));
    assertTrue(String.valueOf(error.getMessage()).contains("argparse.Namespace"));
  }

  @Test
  void refusesTypesThatPyTorchLacks() {
    Tensor tensor = Tensor.over(Storage.of(new byte[3]), DType.FLOAT6_E2M3FN, Shape.of(4));
    assertThrows(
        UnsupportedValueException.class, () -> PtWriter.plan(tensor, "x.pt", SaveOptions.DEFAULT));
  }

  @Test
  void refusesAValueNestedTooDeep() {
    Value deep = Seq.of();
    for (int i = 0; i < 100; i++) {
      deep = Seq.of(deep);
    }
    Value tooDeep = deep;
    assertThrows(
        UnsupportedValueException.class, () -> PtWriter.plan(tooDeep, "x.pt", SaveOptions.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource({"net.pt,net", "x.tar.pt,x.tar", "noext,noext", "x.,x", "a b.pt,a b", "é.pt,archive"})
  void folderInTheArchiveFollowsTheFilesName(String file, String name) throws IOException {
    assertEquals(name, ArchiveName.of(file));
  }

  @ParameterizedTest
  @CsvSource({".pt", ".hidden"})
  void refusesNamesThatPyTorchRefuses(String file) {
    assertThrows(UnsupportedValueException.class, () -> ArchiveName.of(file));
  }

  @Test
  void compactingGivesEachViewItsOwnStorage() throws IOException {
    Tensor base = Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
    Tensor row = base.slice(0, 1, 2);
    Dict value = Dict.of("row", row, "again", base.slice(0, 1, 2), "turned", base.transpose(0, 1));
    SaveOptions compact = SaveOptions.DEFAULT.withStorages(SaveOptions.Storages.COMPACT);
    Formats formats = Formats.of(List.of(new PtFormat()));
    Path file = folder.resolve("compact.pt");
    formats.save(value, file, compact);
    assertEquals(
        List.of("the sharing of 1 storages by different views"),
        PtWriter.plan(value, "compact.pt", compact).lost().stream()
            .map(loss -> loss.what())
            .toList());

    Dict loaded = formats.load(file, LoadOptions.DEFAULT).asDict();
    Tensor found = loaded.at("row").asTensor();
    assertTrue(
        found.sameBits(row) && loaded.at("turned").asTensor().sameBits(base.transpose(0, 1)));
    assertEquals(12, found.storage().byteSize());
    assertEquals(found.storage(), loaded.at("again").asTensor().storage());
  }
}
