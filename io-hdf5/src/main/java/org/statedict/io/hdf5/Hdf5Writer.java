package org.statedict.io.hdf5;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.statedict.checkpoint.Progress;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SavePlan;
import org.statedict.checkpoint.Target;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.checkpoint.spi.Flat;

/// A planned HDF5 file: superblock, object headers, the text of attributes, then the data. All
/// places are known before a byte is written.
final class Hdf5Writer implements SavePlan {
  private final String target;
  private final List<Loss> lost;
  private final PlannedGroup root;
  private final TextHeap heap;
  private final SequencedSet<PlannedObject> objects = new LinkedHashSet<>();
  private final long end;

  private Hdf5Writer(String target, List<Loss> lost, PlannedGroup root, TextHeap heap) {
    this.target = target;
    this.lost = lost;
    this.root = root;
    this.heap = heap;
    collect(root);
    this.end = place();
  }

  /// @throws UnsupportedValueException if a shape or a text is none that HDF5 has
  static Hdf5Writer plan(Flat flat, String target, SaveOptions options) throws IOException {
    ObjectPlanner planner = new ObjectPlanner(target, level(options));
    planner.plan(flat, options);
    return new Hdf5Writer(target, flat.lost(), planner.root(), planner.heap());
  }

  private static int level(SaveOptions options) {
    String level = options.adapters().getOrDefault(Hdf5Format.GZIP, "0");
    if (!level.matches("[0-9]")) {
      throw new IllegalArgumentException(
          "the option %s is a level of 1 to 9, or 0 for none".formatted(Hdf5Format.GZIP));
    }
    return Integer.parseInt(level);
  }

  private void collect(PlannedObject object) {
    if (objects.add(object) && object instanceof PlannedGroup group) {
      group.members().forEach(this::collect);
    }
  }

  private List<PlannedData> data() {
    return objects.stream()
        .filter(PlannedDataset.class::isInstance)
        .map(object -> ((PlannedDataset) object).data())
        .toList();
  }

  /// Gives everything its place; the end of the file.
  private long place() {
    long at = Superblock.SIZE;
    for (PlannedObject object : objects) {
      object.moveTo(at);
      at = Math.ceilDiv(at + object.header().length, Long.BYTES) * Long.BYTES;
    }
    at = heap.moveTo(at);
    for (PlannedData data : data()) {
      at = data.moveBehind(at);
    }
    return at;
  }

  @Override
  public List<PlannedFile> files() {
    return List.of(new PlannedFile(target, end));
  }

  @Override
  public List<Loss> lost() {
    return lost;
  }

  @Override
  public void write(Target to, Progress progress) throws IOException {
    try (Target.Output output = to.create(files().getFirst())) {
      FileWriter file = new FileWriter(output, progress);
      file.write(0, Superblock.bytes(end, root.address()));
      for (PlannedObject object : objects) {
        file.write(object.address(), object.header());
      }
      heap.write(file);
      for (PlannedData data : data()) {
        data.write(file);
      }
      file.padTo(end);
    }
  }
}
