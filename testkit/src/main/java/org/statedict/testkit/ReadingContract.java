package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.checkpoint.TensorInfo.Extent;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values.Strictness;

/// What holds for a good file of any format.
abstract class ReadingContract extends FormatUnderTest {
  private static final int SLACK = 256 << 10;

  @ParameterizedTest
  @MethodSource("sampleCases")
  void recognisesItsFilesByContent(Path sample) throws IOException {
    Path renamed = Files.copy(sample, folder.resolve("no-ending"));
    try (Source source = Source.open(renamed)) {
      assertNotEquals(Recognition.NO, format().recognises(source));
    }
  }

  @Test
  void isNotSureOfForeignContent() throws IOException {
    for (String content : List.of("", "\0".repeat(100), "hello", "\u0089PNG\r\n", "PK\3\4", "{}")) {
      byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
      Recognition judged = format().recognises(Source.of("foreign", bytes));
      assertNotEquals(Recognition.YES, judged, content);
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void lentTreeEqualsOwnedValue(Path sample) throws IOException {
    Value owned = load(sample);
    for (Reading reading : Reading.values()) {
      try (Checkpoint lent = open(sample, LoadOptions.DEFAULT.withReading(reading))) {
        TensorAssert.assertSame(owned, lent.tree(), Strictness.EVERYTHING);
        TensorAssert.assertSame(owned, lent.read(), Strictness.EVERYTHING);
        lent.requireUnchanged();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void readsFromMemoryAsFromAFile(Path sample) throws IOException {
    Value fromMemory = load(CorruptBytes.of(sample).whole());
    TensorAssert.assertSame(load(sample), fromMemory, Strictness.EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void listingAgreesWithTheTensors(Path sample) throws IOException {
    try (Checkpoint checkpoint = open(sample, LoadOptions.DEFAULT)) {
      assertEquals(format().name(), checkpoint.format());
      Map<Storage, Integer> numbers = new HashMap<>();
      checkpoint
          .tensors()
          .forEach((name, info) -> {
            Tensor tensor = checkpoint.tensor(name);
            int next = numbers.size();
            assertAll(
                name,
                () -> assertEquals(name, info.name()),
                () -> assertEquals(tensor.dtype(), info.dtype()),
                () -> assertEquals(tensor.shape(), info.shape()),
                () -> assertEquals(tensor.strides(), info.strides()),
                () -> assertEquals(tensor.storageOffset(), info.storageOffset()),
                () -> assertEquals(tensor.device(), info.device()),
                () -> assertEquals(tensor.traits().requiresGrad(), info.requiresGrad()),
                () ->
                    assertEquals(
                        numbers.computeIfAbsent(tensor.storage(), _ -> next), info.storage()));
          });
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void valuesAreWhatIsNoTensor(Path sample) throws IOException {
    try (Checkpoint checkpoint = open(sample, LoadOptions.DEFAULT)) {
      LinkedHashSet<String> names = new LinkedHashSet<>(checkpoint.tensors().keySet());
      checkpoint
          .values()
          .forEach((name, value) -> {
            assertTrue(names.add(name), () -> name + " is listed twice");
            assertFalse(value instanceof Tensor, name);
          });
      assertFalse(
          checkpoint.metadata().keySet().stream().anyMatch(k -> k.startsWith("statedict.")));
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void extentsHoldTheTensorsBytes(Path sample) throws IOException {
    try (Checkpoint checkpoint = open(sample, LoadOptions.DEFAULT)) {
      for (TensorInfo info : checkpoint.tensors().values()) {
        if (info.extent().isPresent()) {
          byte[] stored = stored(info.extent().get());
          assertArrayEquals(
              TensorAssert.bytes(checkpoint.tensor(info.name())), stored, info.name());
        }
      }
    }
  }

  private static byte[] stored(Extent extent) throws IOException {
    try (Source source = Source.open(Path.of(extent.file()))) {
      return source.bytes(extent.byteOffset(), Math.toIntExact(extent.byteSize()));
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void unknownTensorIsNamed(Path sample) throws IOException {
    try (Checkpoint checkpoint = open(sample, LoadOptions.DEFAULT)) {
      var error =
          assertThrows(NoSuchElementException.class, () -> checkpoint.tensor("no such tensor"));
      assertTrue(String.valueOf(error.getMessage()).contains("no such tensor"));
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void ownedValueOutlivesTheFile(Path sample) throws IOException {
    Path copy = Files.copy(sample, file("copy"));
    Value owned = load(copy);
    Files.delete(copy);
    TensorAssert.assertSame(load(sample), owned, Strictness.EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void closesItsSourceOnceWhenClosedTwice(Path sample) throws IOException {
    CountingSource source = new CountingSource(Source.open(sample));
    Checkpoint checkpoint = format().open(source, LoadOptions.DEFAULT);
    checkpoint.close();
    checkpoint.close();
    assertEquals(1, source.closeCount());
  }

  @ParameterizedTest
  @EnumSource
  void useAfterCloseSaysWhichFileWasClosed(Reading reading) throws IOException {
    for (Path sample : sampleCases().map(a -> (Path) a.get()[0]).toList()) {
      Checkpoint checkpoint = open(sample, LoadOptions.DEFAULT.withReading(reading));
      List<Tensor> lent = checkpoint.tensors().keySet().stream().map(checkpoint::tensor).toList();
      checkpoint.close();
      assertSaysClosed(sample, checkpoint::tree);
      assertSaysClosed(sample, checkpoint::read);
      lent.stream().filter(t -> t.byteSize() > 0).forEach(t -> assertSaysClosed(sample, t::copy));
    }
  }

  private static void assertSaysClosed(Path sample, Callable<?> use) {
    var error = assertThrows(IllegalStateException.class, use::call);
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains(sample.toString()) && message.contains("closed"), message);
  }

  @Test
  void opensAndListsWithoutReadingData() throws IOException {
    requireWriting();
    Path big = file("big");
    formats().save(Dict.of("w", Tensor.zeros(2 << 20)), big, QUICK);
    CountingSource source = new CountingSource(Source.open(big));
    try (Checkpoint checkpoint = format().open(source, LoadOptions.DEFAULT)) {
      assertEquals(1, checkpoint.tensors().size());
      assertTrue(source.bytesRead() < SLACK, () -> source.bytesRead() + " bytes were read");
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void severalThreadsMayReadAtOnce(Path sample) throws Exception {
    Value expected = load(sample);
    for (Reading reading : Reading.values()) {
      try (Checkpoint shared = open(sample, LoadOptions.DEFAULT.withReading(reading));
          var threads = Executors.newFixedThreadPool(4)) {
        List<Callable<Value>> readers =
            Stream.generate(() -> (Callable<Value>) shared::read).limit(8).toList();
        for (Future<Value> read : threads.invokeAll(readers)) {
          TensorAssert.assertSame(expected, read.get(), Strictness.EVERYTHING);
        }
      }
    }
  }
}
