package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.Limit;
import org.statedict.checkpoint.Limits;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.Source;
import org.statedict.checkpoint.TensorInfo;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Values.Strictness;

/// What holds for a damaged file of any format: an error that says so, or the values it had; never
/// another exception, and never other values where the format could tell.
abstract class DamageContract extends ReadingContract {
  private static final int STRUCTURE_AT_MOST = 4096;
  private static final int DATA_SAMPLES = 64;

  @ParameterizedTest
  @MethodSource("sampleCases")
  void cutAnywhereIsAnErrorOrTheSame(Path sample) throws IOException {
    CorruptBytes bytes = CorruptBytes.of(sample);
    Value original = load(sample);
    for (int length : positions(sample).toArray()) {
      survive("cut to " + length + " bytes", bytes.cut(length))
          .ifPresent(found -> requireSame("cut to " + length + " bytes", original, found));
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void oneFlippedBitIsAnErrorOrAsFarAsTheFormatCanTellTheSame(Path sample) throws IOException {
    CorruptBytes bytes = CorruptBytes.of(sample);
    BitSet data = data(sample);
    Value original = load(sample);
    List<TensorInfo> listing = listing(sample);
    for (int at : positions(sample).toArray()) {
      for (int bit = 0; bit < 8; bit++) {
        String what = "bit %d of byte %d flipped".formatted(bit, at);
        long flipped = at * 8L + bit;
        Optional<Value> found = survive(what, bytes.flipped(flipped));
        if (found.isPresent() && can(Ability.CHECKSUMS)) {
          requireSame(what, original, found.get());
        } else if (found.isPresent() && data.get(at)) {
          assertEquals(listing, listing(bytes.flipped(flipped)), what);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sampleCases")
  void moreBytesBehindAreAnErrorOrTheSame(Path sample) throws IOException {
    CorruptBytes bytes = CorruptBytes.of(sample);
    for (byte[] more :
        List.of(
            new byte[1],
            new byte[100],
            "garbage".getBytes(StandardCharsets.UTF_8),
            bytes(sample))) {
      String what = more.length + " bytes appended";
      survive(what, bytes.followedBy(more))
          .ifPresent(found -> requireSame(what, loadUnchecked(sample), found));
    }
  }

  @Test
  void emptyFileIsRefused() {
    var error = assertThrows(CheckpointException.class, () -> load(Source.of("x", new byte[0])));
    assertReadable(error);
  }

  @Test
  void callerKeepsTheSourceWhenOpeningFails() throws IOException {
    Path file = Files.write(file("bad"), new byte[] {1, 2, 3});
    try (CountingSource source = new CountingSource(Source.open(file))) {
      assertThrows(CheckpointException.class, () -> format().open(source, LoadOptions.DEFAULT));
      assertEquals(0, source.closeCount());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TENSORS", "RANK", "NAME_BYTES"})
  void limitsAreKeptAndNamed(Limit limit) throws IOException {
    Path sample = sampleWithNamedMatrices();
    LoadOptions tight = LoadOptions.DEFAULT.withLimits(Limits.DEFAULT.with(limit, 1));
    var error = assertThrows(CheckpointException.class, () -> open(sample, tight).close());
    assertReadable(error);
    assertTrue(error.getMessage().contains("limit " + limit.label() + "=1"), error.getMessage());
  }

  private Path sampleWithNamedMatrices() throws IOException {
    for (Path sample : sampleCases().map(a -> (Path) a.get()[0]).toList()) {
      List<TensorInfo> tensors = listing(sample);
      boolean fits = tensors.stream().anyMatch(t -> t.shape().rank() > 1 && t.name().length() > 1);
      if (fits && tensors.size() > 1) {
        return sample;
      }
    }
    return Assumptions.abort("none of the samples has two tensors, one of them a named matrix");
  }

  /// The value of a damaged source; empty if it is refused as it should be.
  private Optional<Value> survive(String what, Source damaged) {
    try {
      return Optional.of(load(damaged));
    } catch (CheckpointException e) {
      assertReadable(e);
      return Optional.empty();
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail(what + ": expected a CheckpointException or a value", e);
    }
  }

  private static void requireSame(String what, Value original, Value found) {
    assertEquals("", Values.difference(original, found, Strictness.EVERYTHING), what);
  }

  private Value loadUnchecked(Path sample) {
    try {
      return load(sample);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bytes at which a file is damaged: all of its structure (a part of it if there is much) and
  /// some of its data.
  private IntStream positions(Path sample) throws IOException {
    int size = Math.toIntExact(Files.size(sample));
    BitSet data = data(sample);
    int stepInData = Math.max(1, data.cardinality() / DATA_SAMPLES);
    int stepInStructure = Math.max(1, (size - data.cardinality()) / STRUCTURE_AT_MOST);
    return IntStream.range(0, size)
        .filter(i -> i % (data.get(i) ? stepInData : stepInStructure) == 0);
  }

  /// The bytes that are tensor data by the listing.
  private BitSet data(Path sample) throws IOException {
    BitSet data = new BitSet();
    for (TensorInfo info : listing(sample)) {
      info.extent()
          .filter(e -> Path.of(e.file()).equals(sample))
          .ifPresent(e -> data.set((int) e.byteOffset(), (int) (e.byteOffset() + e.byteSize())));
    }
    return data;
  }

  private List<TensorInfo> listing(Path sample) throws IOException {
    return listing(Source.open(sample));
  }

  private List<TensorInfo> listing(Source source) throws IOException {
    try (Checkpoint checkpoint = formats().open(source, format().name(), BY_POSITION)) {
      return List.copyOf(checkpoint.tensors().values());
    }
  }

  private static byte[] bytes(Path sample) throws IOException {
    return Files.readAllBytes(sample);
  }
}
