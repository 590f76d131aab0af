package org.statedict.io.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.statedict.checkpoint.Escapes;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Flat;
import org.statedict.checkpoint.spi.FlatHost;
import org.statedict.tensor.Tensor;

/// Turns named tensors and text into groups, datasets and attributes that are to be written.
final class ObjectPlanner {
  private static final int MOST_DIMENSIONS = 32;

  private final String target;
  private final int level;
  private final TextHeap heap = new TextHeap();
  private final PlannedGroup root = new PlannedGroup();
  private final IdentityHashMap<Tensor, PlannedDataset> datasets = new IdentityHashMap<>();

  /// @param level of deflate, 0 for data as they are
  ObjectPlanner(String target, int level) {
    this.target = target;
    this.level = level;
  }

  PlannedGroup root() {
    return root;
  }

  TextHeap heap() {
    return heap;
  }

  /// @throws UnsupportedValueException if a shape or a text is none that HDF5 has
  void plan(Flat flat, SaveOptions options) throws IOException {
    describe(flat, options);
    for (Map.Entry<String, Tensor> entry : flat.tensors().entrySet()) {
      PlannedDataset dataset = datasets.get(entry.getValue());
      if (dataset == null) {
        dataset = dataset(entry.getKey(), entry.getValue());
        datasets.put(entry.getValue(), dataset);
      }
      link(entry.getKey(), dataset);
    }
  }

  private void describe(Flat flat, SaveOptions options) throws UnsupportedValueException {
    SequencedMap<String, String> texts = new LinkedHashMap<>(options.metadata());
    texts.put(OwnAttributes.FORMAT, OwnAttributes.FORMAT_NAME);
    flat.tree().ifPresent(tree -> texts.putAll(OwnAttributes.parts(tree)));
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      root.attribute(text(entry.getKey(), entry.getValue()));
    }
    root.attribute(new PlannedAttribute.Whole(OwnAttributes.VERSION, 1));
  }

  private PlannedAttribute text(String name, String text) throws UnsupportedValueException {
    boolean named =
        FlatHost.isUnicode(name)
            && name.indexOf('\0') < 0
            && name.getBytes(StandardCharsets.UTF_8).length <= HeaderWriter.LONGEST_NAME;
    if (!named || name.isEmpty() || !FlatHost.isUnicode(text)) {
      throw new UnsupportedValueException(
          target,
          "metadata '%s': attributes of HDF5 have a name without NUL and hold well-formed text"
              .formatted(Escapes.visible(name)));
    }
    return new PlannedAttribute.Text(name, heap.add(text.getBytes(StandardCharsets.UTF_8)));
  }

  private PlannedDataset dataset(String path, Tensor tensor) throws IOException {
    if (tensor.shape().rank() > MOST_DIMENSIONS) {
      throw new UnsupportedValueException(
          target,
          "tensor '%s' has %d dimensions, HDF5 has at most %d"
              .formatted(Escapes.visible(path), tensor.shape().rank(), MOST_DIMENSIONS));
    }
    PlannedDataset dataset = new PlannedDataset(tensor, data(tensor));
    if (StoredTypes.isNamed(tensor.dtype())) {
      dataset.attribute(text(StoredTypes.ATTRIBUTE, tensor.dtype().toString()));
    }
    return dataset;
  }

  private PlannedData data(Tensor tensor) throws IOException {
    return level > 0 && PlannedChunks.suit(tensor)
        ? new PlannedChunks(tensor, level)
        : new PlannedData.Contiguous(tensor);
  }

  private void link(String path, PlannedDataset dataset) {
    String[] steps = path.substring(1).split("/", -1);
    PlannedGroup group = root;
    for (int i = 0; i < steps.length - 1; i++) {
      group = group.group(steps[i]);
    }
    group.link(steps[steps.length - 1], dataset);
  }
}
