package org.statedict.checkpoint.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
/// A file without the text of a tree is a plain dictionary, and if it holds nothing but tensors,
/// their stored names are also the listed ones.
public abstract class FlatFormat implements CheckpointFormat {
  /// What a file holds.
  ///
  /// @param detail which variety of the format, or the empty text
  /// @param tensors by stored name in the file's order, over storages of `storages`; one with
  ///   several names is the same instance under each
  /// @param plain the value if there is no tree
  /// @param metadata the file's text, the tree's included
  /// @param companions other files that hold data, which the checkpoint closes
  public record Contents(
      String detail,
      SequencedMap<String, Tensor> tensors,
      Value plain,
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
      this("", tensors, dict(tensors), metadata, storages, warnings, List.of());
    }

    /// A dictionary of values by name.
    public static Dict dict(SequencedMap<String, ? extends Value> values) {
      Dict.Builder dict = Dict.builder();
      values.forEach(dict::put);
      return dict.build();
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
    return new LentCheckpoint(content(source, contents, options), sources);
  }

  private LentCheckpoint.Content content(Source source, Contents contents, LoadOptions options)
      throws IOException {
    List<String> warnings = new ArrayList<>(contents.warnings);
    SequencedMap<String, String> metadata = new LinkedHashMap<>(contents.metadata);
    String text = metadata.remove(FlatTree.KEY);
    Value tree = text == null ? null : tree(text, source, contents, options, warnings);
    Value value = tree == null ? contents.plain : tree;
    List<Leaf> leaves =
        tree == null && isFlat(value)
            ? stored((Dict) value)
            : LeafNames.of(value, options.limits(), Where.in(source.name()));
    return new LentCheckpoint.Content(
        name(),
        contents.detail,
        value,
        leaves,
        contents.storages,
        Collections.unmodifiableSequencedMap(metadata),
        warnings);
  }

  private static boolean isFlat(Value value) {
    return value instanceof Dict dict
        && dict.entries().values().stream().allMatch(Tensor.class::isInstance);
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
    int strangers = strangers(contents.tensors, reader.mentioned());
    if (strangers > 0) {
      String problem =
          "%d tensors that the tree does not mention; another tool may have added them"
              .formatted(strangers);
      if (options.isStrict()) {
        throw new CheckpointException(where, problem);
      }
      warnings.add(problem);
    }
    return tree;
  }

  /// How many tensors the tree mentions under none of their names.
  private static int strangers(SequencedMap<String, Tensor> tensors, Set<String> mentioned) {
    Set<Tensor> strangers = Collections.newSetFromMap(new IdentityHashMap<>());
    strangers.addAll(tensors.values());
    mentioned.forEach(name -> strangers.remove(tensors.get(name)));
    return strangers.size();
  }

  private static List<Leaf> stored(Dict flat) {
    List<Leaf> leaves = new ArrayList<>();
    flat.entries().forEach((name, tensor) -> leaves.add(new Leaf(name.toString(), tensor)));
    return leaves;
  }
}
