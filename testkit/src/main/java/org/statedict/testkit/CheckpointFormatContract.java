package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Existing;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.SavePlan.PlannedFile;
import org.statedict.tensor.DType;
import org.statedict.tensor.Device;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values.Strictness;

/// Everything that a checkpoint format must do, as tests. The test of a format extends this class
/// and gets them all.
///
/// ```java
/// class NpzFormatTest extends CheckpointFormatContract {
///   @Override
///   protected CheckpointFormat format() {
///     return new NpzFormat();
///   }
/// }
/// ```
///
/// Override [#abilities()] and [#dtypes()] where the format can do less (or has checksums), and
/// [#samples()] where it cannot write: then the reading half runs on the files supplied, and the
/// writing half is skipped and says so. The contract covers
///
/// - reading: recognition by content, lent trees against owned values, listings, extents, closing,
///   use after close, threads, no data read before it is used;
/// - damage: cuts at every byte of the structure, every flipped bit, appended bytes, limits;
/// - round trips: nested trees, every dtype, NaN payloads, odd names, shared storages, 10,000
///   entries, metadata, random values, the same bytes for the same value;
/// - saving: exact sizes in the plan, progress, cancelling, failing sources, existing files, saving
///   over a file that is open.
public abstract class CheckpointFormatContract extends RoundTripContract {
  private static final Value VALUE = SampleValues.stateDict();

  @BeforeEach
  void startWithAnEmptyFolder() throws IOException {
    assertEquals(List.of(), files(folder));
  }

  @ParameterizedTest
  @MethodSource("valueCases")
  void planNamesFilesAndSizesAndWritesNothing(Value value) throws IOException {
    Path file = file("x");
    SavePlan plan = formats().plan(value, file, QUICK);
    assertEquals(List.of(), files(folder));
    formats().save(value, file, QUICK);
    List<PlannedFile> written = new ArrayList<>();
    for (Path found : files(folder)) {
      written.add(new PlannedFile(found.getFileName().toString(), Files.size(found)));
    }
    assertEquals(
        plan.files().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList(), written);
    assertTrue(written.stream().anyMatch(f -> f.name().equals(file.getFileName().toString())));
  }

  @Test
  void progressCountsTheTensorsBytes() throws IOException {
    requireWriting();
    Tensor tensor = Tensor.zeros(3_000_000);
    List<Long> steps = new ArrayList<>();
    save(Dict.of("w", tensor), file("x"), QUICK, steps::add);
    assertFalse(steps.stream().anyMatch(step -> step < 0), steps::toString);
    assertEquals(tensor.byteSize(), steps.stream().mapToLong(Long::longValue).sum());
    assertTrue(steps.size() > 1, "a bar needs more than one step for 12 MB");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancellingLeavesEverythingAsItWas(boolean late) throws IOException {
    requireWriting();
    Path file = file("x");
    formats().save(VALUE, file, QUICK);
    byte[] before = Files.readAllBytes(file);
    Dict two = Dict.of("a", Tensor.zeros(3_000_000), "b", Tensor.zeros(3_000_000));
    long[] left = {late ? 20_000_000 : 0};
    assertThrows(
        CancellationException.class,
        () ->
            save(
                two,
                file,
                QUICK,
                bytes -> {
                  left[0] -= bytes;
                  if (left[0] <= 0) {
                    throw new CancellationException("enough");
                  }
                }));
    assertUntouched(file, before);
  }

  @Test
  void failingTensorLeavesEverythingAsItWas() throws IOException {
    requireWriting();
    Path file = file("x");
    formats().save(VALUE, file, QUICK);
    byte[] before = Files.readAllBytes(file);
    Storage failing =
        Storage.deferred(
            8,
            Device.CPU,
            (at, dst) -> {
              throw new IOException("the disk went away");
            });
    Dict value =
        Dict.of("a", Tensor.ones(2), "b", Tensor.over(failing, DType.FLOAT32, Shape.of(2)));
    var error = assertThrows(IOException.class, () -> formats().save(value, file, QUICK));
    assertTrue(String.valueOf(error.getMessage()).contains("the disk went away"));
    assertUntouched(file, before);
  }

  private void assertUntouched(Path file, byte[] before) throws IOException {
    assertEquals(List.of(file), files(folder));
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  private void save(Value value, Path file, SaveOptions options, Progress progress)
      throws IOException {
    formats().write(formats().plan(value, file, options), file, options, progress, () -> {});
  }

  @Test
  void existingFileStopsASaveThatMustNotReplace() throws IOException {
    requireWriting();
    Path file = file("x");
    SaveOptions careful = QUICK.withExisting(Existing.FAIL);
    formats().save(VALUE, file, careful);
    byte[] before = Files.readAllBytes(file);
    assertThrows(FileAlreadyExistsException.class, () -> formats().save(Dict.EMPTY, file, careful));
    assertUntouched(file, before);
  }

  @ParameterizedTest
  @EnumSource
  void savingOverAnOpenFileKeepsWhatItLent(Reading reading) throws IOException {
    requireWriting();
    Path file = file("x");
    formats().save(VALUE, file, QUICK);
    try (Checkpoint old = open(file, LoadOptions.DEFAULT.withReading(reading))) {
      formats().save(Dict.of("new", Tensor.ones(1000)), file, QUICK);
      TensorAssert.assertSame(VALUE, old.tree(), Strictness.VALUES);
    }
    TensorAssert.assertSame(Dict.of("new", Tensor.ones(1000)), load(file), Strictness.VALUES);
  }

  @ParameterizedTest
  @EnumSource
  void lentTreeCanBeSavedOntoItsOwnFile(Reading reading) throws IOException {
    requireWriting();
    Path file = file("x");
    formats().save(VALUE, file, QUICK);
    byte[] before = Files.readAllBytes(file);
    try (Checkpoint open = open(file, LoadOptions.DEFAULT.withReading(reading))) {
      formats().save(open.tree(), file, QUICK);
    }
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void treesTooDeepAreRefusedBeforeAnythingIsWritten() throws IOException {
    requireWriting();
    for (int depth : new int[] {150, 100_000}) {
      Value deep = Scalar.Nil.NONE;
      for (int i = 0; i < depth; i++) {
        deep = Seq.of(deep);
      }
      Value value = deep;
      assertThrows(IOException.class, () -> formats().save(value, file("deep"), QUICK));
      assertEquals(List.of(), files(folder));
    }
  }

  @Test
  void sharedPartsThatMultiplyStayCheap() throws IOException {
    requireWriting();
    Assumptions.assumeTrue(can(Ability.TREES), "the format has no trees");
    Value doubled = Seq.of(1);
    for (int i = 0; i < 60; i++) {
      doubled = Seq.of(doubled, doubled);
    }
    Value bomb = doubled;
    assertTimeout(Duration.ofSeconds(30), () -> requireRefusedOrSame(bomb));
  }

  private void requireRefusedOrSame(Value value) throws IOException {
    Path file = file("bomb");
    try {
      formats().save(value, file, EXACT);
    } catch (IOException refused) {
      assertEquals(List.of(), files(folder));
      return;
    }
    try {
      TensorAssert.assertSame(value, load(file), Strictness.VALUES);
    } catch (CheckpointException refused) {
      assertReadable(refused);
    }
  }
}
