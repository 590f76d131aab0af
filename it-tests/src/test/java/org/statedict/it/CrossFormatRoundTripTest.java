package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Objects;
import org.statedict.checkpoint.SaveOptions.Storages;
import org.statedict.checkpoint.SaveOptions.Sync;
import org.statedict.checkpoint.SaveOptions.Tree;
import org.statedict.checkpoint.SavePlan;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;
import org.statedict.testkit.CaseNames;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.SampleValues;
import org.statedict.testkit.TensorAssert;

/// Every value through every installed format, and from each format into each other.
@ExtendWith(CaseNames.class)
class CrossFormatRoundTripTest {
  private static final Formats FORMATS = Formats.installed();
  private static final SaveOptions QUICK =
      SaveOptions.DEFAULT.withSync(Sync.NONE).withObjects(Objects.KEEP);
  private static final SaveOptions EXACT = QUICK.withTree(Tree.ALWAYS).withStorages(Storages.KEEP);

  @TempDir Path folder;

  @Test
  void formatsAreInstalled() {
    List<String> names = FORMATS.all().stream().map(CheckpointFormat::name).toList();
    assertTrue(names.containsAll(List.of("pt", "safetensors", "onnx", "hdf5")), names::toString);
  }

  static Stream<CheckpointFormat> writers() {
    return FORMATS.all().stream().filter(CheckpointFormat::canWrite);
  }

  static Stream<Arguments> writersAndValues() {
    return writers()
        .flatMap(writer ->
            SampleValues.all().entrySet().stream()
                .map(e ->
                    Arguments.argumentSet(
                        writer.name() + ", " + e.getKey(), writer, e.getValue())));
  }

  @ParameterizedTest
  @MethodSource("writersAndValues")
  void nothingIsLostWithTreeAndStorages(CheckpointFormat format, Value value) throws IOException {
    Path file = file(format, "x");
    assertEquals(List.of(), FORMATS.plan(value, file, EXACT).lost());
    FORMATS.save(value, file, EXACT);
    TensorAssert.assertSame(value, Checkpoints.load(file), Strictness.EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("writersAndValues")
  void byDefaultValuesStayAndTheRestIsListed(CheckpointFormat format, Value value)
      throws IOException {
    Path file = file(format, "x");
    SavePlan plan = FORMATS.plan(value, file, QUICK);
    FORMATS.save(value, file, QUICK);
    Value found = Checkpoints.load(file);
    TensorAssert.assertSame(value, found, Strictness.VALUES);
    String lost = Values.difference(value, found, Strictness.EVERYTHING);
    // a format that sorts says so whether or not these names were sorted already
    List<SavePlan.Loss> listed =
        plan.lost().stream().filter(loss -> !loss.what().contains("order")).toList();
    boolean reordered = listed.size() < plan.lost().size() && !lost.isEmpty();
    assertEquals(
        lost.isEmpty(),
        listed.isEmpty() && !reordered,
        () -> "lost: " + lost + ", listed: " + plan.lost());
  }

  static Stream<Arguments> pairs() {
    return writers()
        .flatMap(from ->
            writers()
                .filter(to -> !to.name().equals(from.name()))
                .map(to -> Arguments.argumentSet(from.name() + " to " + to.name(), from, to)));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("pairs")
  void thereAndBackIsTheSame(CheckpointFormat from, CheckpointFormat to) throws IOException {
    for (Map.Entry<String, Value> entry : SampleValues.all().entrySet()) {
      Path first = file(from, "first");
      FORMATS.save(entry.getValue(), first, EXACT);
      FORMATS.convert(first, file(to, "second"), LoadOptions.DEFAULT, EXACT);
      FORMATS.convert(file(to, "second"), file(from, "third"), LoadOptions.DEFAULT, EXACT);
      assertEquals(
          "",
          Values.difference(
              entry.getValue(), Checkpoints.load(file(from, "third")), Strictness.EVERYTHING),
          entry.getKey());
    }
  }

  static Stream<GoldenFiles.Case> goldenPt() throws IOException {
    return GoldenFiles.of("pytorch")
        .cases()
        .filter(c -> c.expected().path("since").asInt() == 2 && c.expected().has("tensors"));
  }

  static Stream<CheckpointFormat> flatWriters() {
    return writers().filter(writer -> !writer.name().equals("pt"));
  }

  /// Tied tensors are still tied, and views still share their storage.
  @ParameterizedTest
  @MethodSource("goldenPt")
  void pyTorchsFilesSurviveEveryFlatFormat(GoldenFiles.Case golden) throws IOException {
    Value original = Checkpoints.load(golden.path());
    for (CheckpointFormat format : flatWriters().toList()) {
      Path file = file(format, "x");
      FORMATS.convert(golden.path(), file, LoadOptions.DEFAULT, EXACT);
      TensorAssert.assertSame(original, Checkpoints.load(file), Strictness.EVERYTHING);
      try (Checkpoint checkpoint = Checkpoints.open(file)) {
        TensorAssert.assertTensors(golden.expected().path("tensors"), checkpoint);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldenPt")
  void pyTorchsFilesKeepTheirNumbersByDefault(GoldenFiles.Case golden) throws IOException {
    for (CheckpointFormat format : flatWriters().toList()) {
      Path file = file(format, "x");
      FORMATS.convert(golden.path(), file, LoadOptions.DEFAULT, QUICK);
      TensorAssert.assertSame(
          Checkpoints.load(golden.path()), Checkpoints.load(file), Strictness.VALUES);
    }
  }

  /// What is tied stays tied by default, too.
  @ParameterizedTest
  @MethodSource("flatWriters")
  void tiedWeightsStayTiedByDefault(CheckpointFormat format) throws IOException {
    Tensor tied = Tensor.ones(2, 2);
    Path pt = folder.resolve("x.pt");
    FORMATS.save(Dict.of("embed", tied, "head", tied), pt, QUICK);
    FORMATS.convert(pt, file(format, "y"), LoadOptions.DEFAULT, QUICK);
    FORMATS.convert(file(format, "y"), folder.resolve("z.pt"), LoadOptions.DEFAULT, QUICK);
    try (Checkpoint checkpoint = Checkpoints.open(folder.resolve("z.pt"))) {
      assertSame(checkpoint.tensor("embed").storage(), checkpoint.tensor("head").storage());
    }
  }

  @Test
  void convertingTwiceGivesTheSameBytes() throws IOException {
    Path net = GoldenFiles.find("pytorch").resolve("net.pt");
    Checkpoints.convert(net, folder.resolve("a.safetensors"));
    Checkpoints.convert(folder.resolve("a.safetensors"), folder.resolve("b.safetensors"));
    assertFalse(
        Files.mismatch(folder.resolve("a.safetensors"), folder.resolve("b.safetensors")) >= 0);
  }

  private Path file(CheckpointFormat format, String stem) {
    return folder.resolve(stem + format.endings().getFirst());
  }
}
