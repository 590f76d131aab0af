package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.CheckpointException;
import org.statedict.checkpoint.CheckpointException.Where;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// The base of formats that hold only named tensors and text: it flattens trees for the writer and
/// rebuilds them for the reader.
///
/// A file without the text of a tree is a plain dictionary of its tensors, under their stored
/// names, which are also the listed ones.
public abstract class FlatFormat implements CheckpointFormat {
  /// What a file holds.
  ///
  /// @param tensors by stored name in the file's order, over storages of `storages`
  /// @param values what the file holds beside tensors, by name; most formats hold nothing else
  /// @param metadata the file's text, the tree's included
  /// @param companions other files that hold data, which the checkpoint closes
  public record Contents(
      SequencedMap<String, Tensor> tensors,
      SequencedMap<String, Value> values,
      SequencedMap<String, String> metadata,
      StorageTable storages,
      List<String> warnings,
      List<Source> companions) {
    /// What a file of tensors alone holds.
    public Contents(
        SequencedMap<String, Tensor> tensors,
        SequencedMap<String, String> metadata,
        StorageTable storages,
        List<String> warnings) {
      this(tensors, new LinkedHashMap<>(), metadata, storages, warnings, List.of());
    }
  }

  /// For subclasses.
  protected FlatFormat() {}

  /// Parses and checks everything but tensor data.
  protected abstract Contents read(Source source, LoadOptions options) throws IOException;

  /// What the format can hold.
  protected abstract FlatHost host();

  /// Lays out the file of a flattened value.
  protected abstract SavePlan layOut(Flat flat, String target, SaveOptions options)
      throws IOException;

  @Override
  public final SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
    return layOut(FlatTree.flatten(value, target, host(), options), target, options);
  }

  @Override
  public final Checkpoint open(Source source, LoadOptions options) throws IOException {
    Contents contents = read(source, options);
    List<Source> sources = new ArrayList<>(contents.companions);
    sources.addFirst(source);
    return new LentCheckpoint(content(name(), "", source, contents, options), sources);
  }

  /// The checkpoint's content of what a file holds.
  static LentCheckpoint.Content content(
      String format, String detail, Source source, Contents contents, LoadOptions options)
      throws IOException {
    List<String> warnings = new ArrayList<>(contents.warnings);
    SequencedMap<String, String> metadata = new LinkedHashMap<>(contents.metadata);
    String text = metadata.remove(FlatTree.KEY);
    Value tree = text == null ? null : tree(text, source, contents, options, warnings);
    boolean plain = tree == null;
    Value value = tree == null ? plain(contents) : tree;
    List<Leaf> leaves =
        plain && contents.values.isEmpty()
            ? stored(contents.tensors)
            : LeafNames.of(value, options.limits(), Where.in(source.name()));
    return new LentCheckpoint.Content(
        format, detail, value, leaves, contents.storages, Map.copyOf(metadata), warnings);
  }

  private static @org.jspecify.annotations.Nullable Value tree(
      String text, Source source, Contents contents, LoadOptions options, List<String> warnings)
      throws CheckpointException {
    Where where = Where.in(source.name()).entry(FlatTree.KEY);
    TreeReader reader =
        new TreeReader(contents.tensors, contents.storages, where, options.limits());
    Value tree;
    try {
      tree = reader.read(text);
    } catch (TreeReader.NewerVersion e) {
      if (options.isStrict()) {
        throw e;
      }
      warnings.add(e.problem() + "; the tensors are listed without it");
      return null;
    }
    Set<String> strangers = new HashSet<>(contents.tensors.keySet());
    strangers.removeAll(reader.mentioned());
    if (!strangers.isEmpty()) {
      String problem =
          "%d tensors that the tree does not mention; another tool may have added them"
              .formatted(strangers.size());
      if (options.isStrict()) {
        throw new CheckpointException(where, problem);
      }
      warnings.add(problem);
    }
    return tree;
  }

  private static Dict plain(Contents contents) {
    Dict.Builder dict = Dict.builder();
    contents.tensors.forEach(dict::put);
    contents.values.forEach(dict::put);
    return dict.build();
  }

  private static List<Leaf> stored(SequencedMap<String, Tensor> tensors) {
    List<Leaf> leaves = new ArrayList<>();
    tensors.forEach((name, tensor) -> leaves.add(new Leaf(name, tensor)));
    return leaves;
  }
}
