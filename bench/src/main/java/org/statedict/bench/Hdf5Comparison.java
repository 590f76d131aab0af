package org.statedict.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.SaveOptions.Sync;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// Single operations on HDF5 files, within a process that runs already, beside the same of h5py:
/// each side in turn, the fastest of a few times in every turn, the median over the turns.
final class Hdf5Comparison {
  private static final int ELEMENTS = 125_000_000;
  private static final int DEFLATED = 25_000_000;
  private static final String PLAIN = "plain.h5";
  private static final String WRITTEN = "ours.h5";
  static final int TURNS = 5;
  static final int TIMES = 3;
  private static final int PIECE = 1 << 14;

  /// Prints the fastest seconds of each operation, and leaves the files that both read.
  private static final String H5PY =
      """
      import h5py, numpy, os, sys, time
      folder, elements, deflated, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
      rng = numpy.random.default_rng(1)
      a = rng.standard_normal(elements, dtype="float32")
      plain, small, out = (os.path.join(folder, n) for n in ("plain.h5", "deflated.h5", "written.h5"))
      def best(run):
          found = []
          for _ in range(times + 1):
              start = time.perf_counter(); run(); found.append(time.perf_counter() - start)
          return min(found[1:])
      def write():
          if os.path.exists(out): os.remove(out)
      def timed_write():
          found = []
          for _ in range(times + 1):
              write()
              start = time.perf_counter()
              with h5py.File(out, "w") as f: f.create_dataset("x", data=a)
              found.append(time.perf_counter() - start)
          write()
          return min(found[1:])
      if not os.path.exists(plain):
          with h5py.File(plain, "w") as f: f.create_dataset("x", data=a)
          with h5py.File(small, "w") as f:
              f.create_dataset("x", data=a[:deflated], chunks=(1 << 18,), compression="gzip", shuffle=True)
      def read(path):
          with h5py.File(path, "r") as f: return f["x"][()]
      w = timed_write()
      r = best(lambda: read(plain))
      print(w, r, r, best(lambda: read(small)))
      """;

  private final Path folder;
  private final SequencedMap<String, List<double[]>> seconds = new LinkedHashMap<>();
  private double sink;

  Hdf5Comparison(Path folder) {
    this.folder = folder;
  }

  private interface Operation {
    void run() throws IOException;
  }

  /// The rows of a table: operation, ours, theirs, how many times as fast.
  String run() throws IOException, InterruptedException {
    for (int turn = 0; turn < TURNS; turn++) {
      String[] theirs =
          Run.of(
                  folder,
                  List.of(
                      "python3",
                      "-c",
                      H5PY,
                      folder.toString(),
                      "" + ELEMENTS,
                      "" + DEFLATED,
                      "" + TIMES))
              .output()
              .strip()
              .split(" ", -1);
      try (Arena arena = Arena.ofConfined()) {
        Tensor tensor = outsideOfTheHeap(arena);
        add("write 500 MB of float32", theirs[0], fastest(() -> write(tensor)));
      }
      add("read them into an array", theirs[1], fastest(() -> sink += read(PLAIN)[1]));
      add("visit them where they are mapped, beside reading them", theirs[2], fastest(this::visit));
      add(
          "read 100 MB, shuffled and deflated, into an array",
          theirs[3],
          fastest(() -> sink += read("deflated.h5")[1]));
    }
    Files.delete(folder.resolve(PLAIN));
    Files.delete(folder.resolve("deflated.h5"));
    StringBuilder rows = new StringBuilder();
    seconds.forEach((what, all) -> rows.append(row(what, all)));
    return rows.toString();
  }

  /// The elements in memory such as numpy has it.
  private Tensor outsideOfTheHeap(Arena arena) throws IOException {
    MemorySegment memory = arena.allocate((long) ELEMENTS * Float.BYTES, Long.BYTES);
    try (Checkpoint open = Checkpoints.open(folder.resolve(PLAIN))) {
      Tensor tensor = open.tensor("x");
      tensor.storage().copyTo(0, memory);
      return Tensor.over(
          Storage.mapped(memory.asReadOnly(), tensor.device(), "memory"),
          tensor.dtype(),
          tensor.shape());
    }
  }

  private void add(String what, String theirs, double ours) {
    seconds
        .computeIfAbsent(what, _ -> new ArrayList<>())
        .add(new double[] {Double.parseDouble(theirs), ours});
  }

  private double fastest(Operation operation) throws IOException {
    double fastest = Double.MAX_VALUE;
    for (int i = 0; i <= TIMES; i++) {
      long start = System.nanoTime();
      operation.run();
      double now = (System.nanoTime() - start) / 1e9;
      fastest = i == 0 ? fastest : Math.min(fastest, now);
      Files.deleteIfExists(folder.resolve(WRITTEN));
    }
    return fastest;
  }

  private void write(Tensor tensor) throws IOException {
    Path file = folder.resolve(WRITTEN);
    Checkpoints.save(Dict.of("x", tensor), file, SaveOptions.DEFAULT.withSync(Sync.NONE));
  }

  private float[] read(String name) throws IOException {
    try (Checkpoint open = Checkpoints.open(folder.resolve(name))) {
      return open.tensor("x").toFloatArray();
    }
  }

  private void visit() throws IOException {
    try (Checkpoint open = Checkpoints.open(folder.resolve(PLAIN))) {
      Storage storage = open.tensor("x").storage();
      float[] piece = new float[PIECE];
      for (long at = 0; at < storage.byteSize(); at += (long) PIECE * Float.BYTES) {
        long size = Math.min((long) PIECE * Float.BYTES, storage.byteSize() - at);
        storage.copyTo(at, MemorySegment.ofArray(piece).asSlice(0, size));
        sink += piece[0];
      }
    }
  }

  private static String row(String what, List<double[]> all) {
    double theirs = median(all, 0);
    double ours = median(all, 1);
    return "| %s | %.3f s | %.3f s | %.2f |%n".formatted(what, theirs, ours, theirs / ours);
  }

  private static double median(List<double[]> all, int column) {
    return all.stream()
        .mapToDouble(pair -> pair[column])
        .sorted()
        .skip(all.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
