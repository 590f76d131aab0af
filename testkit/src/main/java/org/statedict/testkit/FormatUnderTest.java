package org.statedict.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Objects;
import org.statedict.checkpoint.SaveOptions.Storages;
import org.statedict.checkpoint.SaveOptions.Sync;
import org.statedict.checkpoint.SaveOptions.Tree;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.DType;
import org.statedict.tensor.Value;

/// What the parts of the contract share: the format, what it can do, and files of it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(CaseNames.class)
abstract class FormatUnderTest {
  static final SaveOptions QUICK =
      SaveOptions.DEFAULT.withSync(Sync.NONE).withObjects(Objects.KEEP);
  static final SaveOptions EXACT = QUICK.withTree(Tree.ALWAYS).withStorages(Storages.KEEP);
  static final LoadOptions BY_POSITION = LoadOptions.DEFAULT.withReading(Reading.POSITIONAL);

  private static final Pattern UNQUOTED_NULL = Pattern.compile("(?<!['\"])\\bnull\\b");

  @TempDir(cleanup = CleanupMode.ALWAYS)
  Path folder = Path.of("");

  private @Nullable Path sampleFolder;
  private @Nullable SequencedMap<String, Path> samples;

  /// The format that is tested.
  protected abstract CheckpointFormat format();

  /// What the format can do; everything but [Ability#CHECKSUMS] unless overridden.
  protected Set<Ability> abilities() {
    return EnumSet.complementOf(EnumSet.of(Ability.CHECKSUMS));
  }

  /// The element types that come back, by whatever means; all but the quantized ones unless
  /// overridden.
  protected Set<DType> dtypes() {
    Set<DType> all = EnumSet.allOf(DType.class);
    all.removeIf(dtype -> dtype.kind() == DType.Kind.QUANTIZED);
    return all;
  }

  /// Good files by name that the reading tests use, small ones. A format that writes has some by
  /// itself; one that does not must override this.
  protected Map<String, Path> samples() throws IOException {
    if (!format().canWrite()) {
      throw new IllegalStateException(
          "'" + format().name() + "' is only read: its test must override samples()");
    }
    Path where = Files.createTempDirectory("statedict-contract");
    sampleFolder = where;
    Map<String, Path> written = new LinkedHashMap<>();
    SequencedMap<String, Value> values = values();
    for (String name :
        List.of("empty dict", "tutorial's state_dict", "training checkpoint", "tied weights")) {
      Value value = values.get(name);
      if (value != null) {
        Path file = where.resolve(name.replaceAll("\\W", "-") + ending());
        formats().save(value, file, can(Ability.TREES) ? EXACT : QUICK);
        written.put(name, file);
      }
    }
    return written;
  }

  @AfterAll
  void removeSamples() throws IOException {
    if (sampleFolder != null) {
      for (Path file : files(sampleFolder)) {
        Files.delete(file);
      }
      Files.delete(sampleFolder);
    }
  }

  final boolean can(Ability ability) {
    return abilities().contains(ability);
  }

  /// The catalogue's values that this format can hold.
  final SequencedMap<String, Value> values() {
    SequencedMap<String, Value> all = new LinkedHashMap<>(SampleValues.flat());
    if (can(Ability.TREES)) {
      all.putAll(SampleValues.trees());
    }
    if (can(Ability.SHARING)) {
      all.putAll(SampleValues.shared());
    }
    if (can(Ability.TREES) && can(Ability.OBJECTS)) {
      all.putAll(SampleValues.objects());
    }
    return all;
  }

  final Stream<Arguments> valueCases() {
    requireWriting();
    return values().entrySet().stream().map(e -> Arguments.argumentSet(e.getKey(), e.getValue()));
  }

  final Stream<Arguments> dtypeCases() {
    requireWriting();
    return dtypes().stream().map(Arguments::of);
  }

  final Stream<Arguments> sampleCases() throws IOException {
    SequencedMap<String, Path> known = samples;
    if (known == null) {
      known = new LinkedHashMap<>(samples());
      samples = known;
    }
    return known.entrySet().stream().map(e -> Arguments.argumentSet(e.getKey(), e.getValue()));
  }

  final void requireWriting() {
    Assumptions.assumeTrue(
        format().canWrite(), () -> "format '" + format().name() + "' cannot write");
  }

  final Formats formats() {
    return Formats.of(List.of(format()));
  }

  final String ending() {
    return format().endings().getFirst();
  }

  /// A name for a file of this format in a fresh folder.
  final Path file(String stem) {
    return folder.resolve(stem + ending());
  }

  final Checkpoint open(Path file, LoadOptions options) throws IOException {
    return formats().open(Source.open(file), format().name(), options);
  }

  final Value load(Path file) throws IOException {
    try (Checkpoint checkpoint = open(file, BY_POSITION)) {
      return checkpoint.read();
    }
  }

  final Value load(Source source) throws IOException {
    try (Checkpoint checkpoint = formats().open(source, format().name(), BY_POSITION)) {
      return checkpoint.read();
    }
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /// Asserts that a message is one that a person can act on.
  static void assertReadable(CheckpointException e) {
    String message = e.getMessage();
    assertTrue(message.startsWith(e.file()), message);
    assertFalse(e.problem().isBlank(), message);
    assertFalse(UNQUOTED_NULL.matcher(message).find(), message);
    assertFalse(message.chars().anyMatch(Character::isISOControl), message);
  }
}
