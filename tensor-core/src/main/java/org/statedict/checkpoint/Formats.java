package org.statedict.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.tensor.Value;

/// An immutable set of formats, and the verbs that work on them.
public final class Formats {
  private final SequencedMap<String, CheckpointFormat> byName;

  private Formats(SequencedMap<String, CheckpointFormat> byName) {
    this.byName = byName;
  }

  /// The formats found through [ServiceLoader], in the order of their names.
  ///
  /// @throws IllegalStateException if two providers have one name; the message names both jars
  public static Formats installed() {
    return Installed.FORMATS;
  }

  private static final class Installed {
    static final Formats FORMATS =
        of(
            ServiceLoader.load(CheckpointFormat.class, Formats.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList());
  }

  /// Exactly these formats.
  ///
  /// @throws IllegalStateException if two have one name
  public static Formats of(List<CheckpointFormat> formats) {
    SequencedMap<String, CheckpointFormat> byName = new LinkedHashMap<>();
    for (CheckpointFormat format : formats) {
      CheckpointFormat other = byName.put(format.name(), format);
      if (other != null) {
        throw new IllegalStateException(
            "two formats are called '%s': %s and %s; remove one of the jars"
                .formatted(format.name(), origin(other), origin(format)));
      }
    }
    return new Formats(byName);
  }

  private static String origin(CheckpointFormat format) {
    Class<?> type = format.getClass();
    var code = type.getProtectionDomain().getCodeSource();
    return type.getName() + (code == null ? "" : " in " + code.getLocation());
  }

  /// These formats and one more.
  public Formats with(CheckpointFormat extra) {
    List<CheckpointFormat> more = new ArrayList<>(all());
    more.add(extra);
    return of(more);
  }

  public List<CheckpointFormat> all() {
    return List.copyOf(byName.values());
  }

  /// The format of this name.
  ///
  /// @throws IllegalArgumentException if no format has this name; the message lists those installed
  public CheckpointFormat named(String name) {
    return Optional.ofNullable(byName.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no format '%s'; installed formats are %s; add the io module that provides it"
                    .formatted(name, byName.keySet())));
  }

  /// The format that writes files with the ending of this name.
  ///
  /// @throws IllegalArgumentException if there is none
  public CheckpointFormat forEnding(Path target) {
    String name = String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT);
    return byName.values().stream()
        .filter(format -> format.endings().stream().anyMatch(name::endsWith))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no installed format writes '%s'; installed formats are %s"
                    .formatted(target.getFileName(), endings())));
  }

  private String endings() {
    StringBuilder text = new StringBuilder();
    byName.forEach(
        (name, f) -> text.append(text.isEmpty() ? "" : ", ").append(name).append(f.endings()));
    return text.toString();
  }

  /// The format whose mark the content bears.
  ///
  /// @throws CheckpointException if there is none, or if two formats recognise the same bytes
  public CheckpointFormat detect(Source source) throws IOException {
    List<CheckpointFormat> sure = new ArrayList<>();
    List<CheckpointFormat> maybe = new ArrayList<>();
    for (CheckpointFormat format : all()) {
      switch (format.recognises(source)) {
        case YES -> sure.add(format);
        case MAYBE -> maybe.add(format);
        case NO -> {}
      }
    }
    List<CheckpointFormat> found = sure.isEmpty() ? maybe : sure;
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw found.isEmpty()
        ? Unrecognised.explain(source, byName.keySet())
        : ambiguous(source, found);
  }

  /// Audits a file by every format that may be meant; see [CheckpointFormat#scan].
  public ScanReport scan(Source source, Limits limits) throws IOException {
    ScanReport report = new ScanReport("unknown", List.of(), List.of());
    try {
      return detect(source).scan(source, limits);
    } catch (CheckpointException e) {
      report = report.with(ScanReport.of("unknown", e));
    }
    for (CheckpointFormat format : all()) {
      if (format.recognises(source) != Recognition.NO) {
        report = report.with(format.scan(source, limits));
      }
    }
    return report;
  }

  private static CheckpointException ambiguous(Source source, List<CheckpointFormat> found) {
    return new CheckpointException(
        Where.in(source.name()),
        "%s all recognise these bytes, so which one is meant is unclear; refused unless the format is named"
            .formatted(found.stream().map(CheckpointFormat::name).toList()));
  }

  /// Opens a file, a shard index, or a folder that holds one shard index.
  ///
  /// @throws CheckpointException if it is damaged, hostile or of no installed format
  public Checkpoint open(Path path, LoadOptions options) throws IOException {
    return open(Source.open(FolderIndex.of(path)), options);
  }

  /// Opens `source`, which the checkpoint owns; it is closed if opening fails.
  public Checkpoint open(Source source, LoadOptions options) throws IOException {
    return opening(source, () -> detect(source).open(source, options));
  }

  /// Opens `source` as the named format, whatever it looks like; it is closed if opening fails.
  ///
  /// @throws IllegalArgumentException if no format has this name
  public Checkpoint open(Source source, String format, LoadOptions options) throws IOException {
    return opening(source, () -> named(format).open(source, options));
  }

  private interface Opening {
    Checkpoint open() throws IOException;
  }

  private static Checkpoint opening(Source source, Opening how) throws IOException {
    try {
      return how.open();
    } catch (IOException | RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  /// Loads a whole file; the value owns its bytes. Checksums are verified.
  ///
  /// @throws CheckpointException if it is damaged, hostile or of no installed format
  public Value load(Path path, LoadOptions options) throws IOException {
    try (Checkpoint checkpoint = open(path, options.withReading(LoadOptions.Reading.POSITIONAL))) {
      return checkpoint.read();
    }
  }

  /// Works out what saving would write and lose.
  public SavePlan plan(Value value, Path target, SaveOptions options) throws IOException {
    return plan(value, target, forEnding(target), options);
  }

  /// The same in a format of one's choice, whatever the target's ending.
  ///
  /// @throws IllegalArgumentException if the options hold one that no installed format has
  public SavePlan plan(Value value, Path target, CheckpointFormat format, SaveOptions options)
      throws IOException {
    options.adapters().keySet().forEach(this::requireOption);
    return format.plan(value, String.valueOf(target.getFileName()), options);
  }

  private void requireOption(String name) {
    if (byName.values().stream().noneMatch(format -> format.options().containsKey(name))) {
      throw new IllegalArgumentException(
          "no installed format has an option '%s'; options are %s"
              .formatted(
                  name,
                  byName.values().stream().flatMap(f -> f.options().keySet().stream()).toList()));
    }
  }

  /// Saves a value in the format of the target's ending. The target is replaced whole or not at
  /// all.
  ///
  /// @throws UnsupportedValueException if the value has no form in that format
  public void save(Value value, Path target, SaveOptions options) throws IOException {
    write(plan(value, target, options), target, options, Progress.NONE, () -> {});
  }

  /// Something that must hold before the written files get their names.
  @FunctionalInterface
  public interface Condition {
    void check() throws IOException;
  }

  /// Writes a plan beside `target` and gives its files their names once all of them are complete
  /// and `condition` holds.
  public void write(
      SavePlan plan, Path target, SaveOptions options, Progress progress, Condition condition)
      throws IOException {
    try (AtomicSave save = new AtomicSave(target, options)) {
      plan.write(save, progress);
      condition.check();
      save.commit();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// Converts a file to the format of the target's ending, in bounded memory.
  public void convert(Path from, Path to, LoadOptions load, SaveOptions save) throws IOException {
    try (Checkpoint checkpoint = open(from, load.withReading(LoadOptions.Reading.POSITIONAL))) {
      SaveOptions described = save.withMetadataOf(checkpoint);
      SavePlan plan = plan(checkpoint.tree(), to, described);
      write(plan, to, described, Progress.NONE, checkpoint::requireUnchanged);
    }
  }
}
