package org.statedict.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.statedict.checkpoint.Checkpoints;

/// Runs the command `./statedict` as a process beside what people use today, pair by pair, and
/// writes the figures to `docs/benchmarks.md`.
///
/// - `inspect` of a file with 200 tensors against Python listing the same names;
/// - `convert` of a .pt file of 1 GiB against `cp` of the same file;
/// - an ONNX model of 1 GiB listed, read and written, against the onnx package;
/// - single operations on HDF5 files against h5py, within processes that run already.
///
/// Arguments, all optional: the number of pairs, the size of the large file in MiB, and a folder to
/// work in.
public final class SideBySide {
  private static final String PYTHON_SAFETENSORS =
      """
      import sys, torch
      from safetensors import safe_open
      with safe_open(sys.argv[1], "pt") as f:
          for name in f.keys(): print(name)
      """;
  private static final String PYTHON_PT =
      """
      import sys, torch
      for name in torch.load(sys.argv[1], mmap=True): print(name)
      """;
  private static final String MAKE_PT =
      """
      import sys, torch
      from safetensors.torch import load_file
      torch.save(load_file(sys.argv[1]), sys.argv[2])
      """;
  private static final String MAKE_BIG =
      """
      import sys, torch
      torch.manual_seed(1)
      mib = int(sys.argv[2])
      torch.save({f"layers.{i}.weight": torch.randint(-2**31, 2**31, (16, 2**14), dtype=torch.int32)
          .view(torch.float32) for i in range(mib)}, sys.argv[1])
      """;
  private static final String MAKE_ONNX =
      """
      import sys, numpy, onnx
      from onnx import helper, numpy_helper
      rng = numpy.random.default_rng(1)
      count = int(sys.argv[2]) // 16
      weights = [numpy_helper.from_array(rng.random((1024, 4096), dtype=numpy.float32), f"layers.{i}.weight")
                 for i in range(count)]
      onnx.save_model(helper.make_model(helper.make_graph([], "g", [], [], initializer=weights)), sys.argv[1])
      """;
  private static final String ONNX_LIST =
      """
      import sys, onnx
      for t in onnx.load(sys.argv[1]).graph.initializer: print(t.name)
      """;
  private static final String ONNX_TO_SAFETENSORS =
      """
      import sys, onnx; from onnx import numpy_helper; from safetensors.numpy import save_file
      save_file({t.name: numpy_helper.to_array(t) for t in onnx.load(sys.argv[1]).graph.initializer}, sys.argv[2])
      """;
  private static final String SAFETENSORS_TO_ONNX =
      """
      import sys, onnx; from onnx import helper, numpy_helper; from safetensors.numpy import load_file
      tensors = [numpy_helper.from_array(a, n) for n, a in load_file(sys.argv[1]).items()]; onnx.save_model(helper.make_model(helper.make_graph([], "g", [], [], initializer=tensors)), sys.argv[2])
      """;
  private static final int TENSORS = 200;
  private static final String COPY = "copy.pt";
  private static final String CONVERTED = "big.safetensors";
  private static final String MODEL = "converted.onnx";

  private final Path work;
  private final int pairs;
  private final int mib;
  private final String statedict = Path.of("statedict").toAbsolutePath().toString();
  private final StringBuilder report = new StringBuilder();

  private SideBySide(Path work, int pairs, int mib) {
    this.work = work;
    this.pairs = pairs;
    this.mib = mib;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    int pairs = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    int mib = args.length > 1 ? Integer.parseInt(args[1]) : 1024;
    Path parent = Path.of(args.length > 2 ? args[2] : System.getProperty("java.io.tmpdir"));
    Path work = Files.createTempDirectory(parent, "side-by-side");
    try {
      SideBySide comparison = new SideBySide(work, pairs, mib);
      comparison.describe(args);
      comparison.inspect();
      comparison.convert();
      comparison.onnx();
      comparison.hdf5();
      Files.writeString(Path.of("docs", "benchmarks.md"), comparison.report);
      System.out.print(comparison.report);
    } finally {
      delete(work);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private void describe(String... args) throws IOException, InterruptedException {
    report.append(
        """
        # Benchmarks

        Measured on %s by `bench/run%s`, which wrote this page, on %s; %s.

        Each program ran as a process, in turn with the one it is compared with, after two runs that
        do not count: %d times each for `inspect`, %d times each for `convert`. Time is wall time from
        the start of the process to its end, the median and the range; memory is the largest
        resident set of any run (VmHWM); the last column is the median divided by that of the
        program in the first row. `bench/run micro` runs the JMH benchmarks of single operations.
        """
            .formatted(
                LocalDate.now(ZoneOffset.UTC),
                Arrays.stream(args).map(a -> " " + a).reduce("", String::concat),
                Machine.describe(),
                run(python(
                        "import sys, torch, safetensors, onnx, h5py; print('Python', sys.version.split()[0]"
                            + " + ', PyTorch ' + torch.__version__"
                            + " + ', safetensors ' + safetensors.__version__"
                            + " + ', onnx ' + onnx.__version__ + ', h5py ' + h5py.__version__)"))
                    .output()
                    .strip(),
                pairs,
                slowPairs()));
  }

  private int slowPairs() {
    return Math.max(1, pairs / 3);
  }

  private void inspect() throws IOException, InterruptedException {
    Path file = work.resolve("many.safetensors");
    Checkpoints.save(ManyTensors.of(TENSORS, 256, 64), file);
    Path pt = work.resolve("many.pt");
    run(python(MAKE_PT, file, pt));
    awaitStartupCache(file);
    inspect("safetensors", file, PYTHON_SAFETENSORS);
    inspect("PyTorch", pt, PYTHON_PT);
  }

  private void inspect(String what, Path file, String script)
      throws IOException, InterruptedException {
    List<String> ours = List.of(statedict, "inspect", file.toString());
    List<String> theirs = python(script, file);
    requireSameNames(run(ours).output(), run(theirs).output());
    heading(
        "Listing the names in a %s file of %d tensors, %.1f MB"
            .formatted(what, TENSORS, Files.size(file) / 1e6));
    compare(
        pairs,
        new Series(
            "Python with torch, `" + script.strip().lines().toList().getLast().strip() + "`"),
        theirs,
        new Series("`./statedict inspect`"),
        ours);
  }

  private static void requireSameNames(String listing, String names) {
    List<String> missing = names.lines().filter(name -> !listing.contains(name)).toList();
    if (!missing.isEmpty() || names.lines().count() != TENSORS) {
      throw new IllegalStateException("the two programs list different names: " + missing);
    }
  }

  /// The first start makes a file that lets later ones start faster; waits until it is there.
  private void awaitStartupCache(Path file) throws IOException, InterruptedException {
    double before = Double.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      double now = run(List.of(statedict, "inspect", file.toString())).seconds();
      if (i > 2 && now > before * 0.9) {
        return;
      }
      before = Math.min(before, now);
      Thread.sleep(1000);
    }
  }

  private void convert() throws IOException, InterruptedException {
    Path big = work.resolve("big.pt");
    run(python(MAKE_BIG, big, mib));
    Path copy = work.resolve(COPY);
    Path converted = work.resolve(CONVERTED);
    heading("Converting a .pt file of %.2f GiB to safetensors".formatted(Files.size(big) / 0x1p30));
    compare(
        slowPairs(),
        new Series("`cp`"),
        List.of("cp", big.toString(), copy.toString()),
        new Series("`./statedict convert --sync none`"),
        List.of(statedict, "convert", "--sync", "none", big.toString(), converted.toString()));
    compare(
        slowPairs(),
        new Series("`cp` and `sync` of the copy"),
        List.of(
            "sh", "-c", "cp \"$1\" \"$2\" && sync \"$2\"", "sh", big.toString(), copy.toString()),
        new Series("`./statedict convert`"),
        List.of(statedict, "convert", big.toString(), converted.toString()));
  }

  /// The onnx package keeps a model in memory, of which protobuf allows less than 2 GiB.
  private void onnx() throws IOException, InterruptedException {
    Path model = work.resolve("model.onnx");
    run(python(MAKE_ONNX, model, Math.min(mib, 1024)));
    Path converted = work.resolve(CONVERTED);
    Path back = work.resolve(MODEL);
    String size = " of %.2f GiB".formatted(Files.size(model) / 0x1p30);
    heading("Listing the names in an ONNX model" + size);
    compare(
        slowPairs(),
        new Series("Python with onnx, `" + ONNX_LIST.strip().lines().toList().getLast() + "`"),
        python(ONNX_LIST, model),
        new Series("`./statedict inspect`"),
        List.of(statedict, "inspect", model.toString()));
    heading("Converting an ONNX model" + size + " to safetensors, reading every tensor");
    compare(
        slowPairs(),
        new Series("Python with onnx and safetensors"),
        python(ONNX_TO_SAFETENSORS, model, converted),
        new Series("`./statedict convert --sync none`"),
        List.of(statedict, "convert", "--sync", "none", model.toString(), converted.toString()));
    Path weights = work.resolve("weights.safetensors");
    run(List.of(statedict, "convert", model.toString(), weights.toString()));
    heading("Converting safetensors to an ONNX model" + size + ", writing every tensor");
    compare(
        slowPairs(),
        new Series("Python with onnx and safetensors"),
        python(SAFETENSORS_TO_ONNX, weights, back),
        new Series("`./statedict convert --sync none`"),
        List.of(statedict, "convert", "--sync", "none", weights.toString(), back.toString()));
  }

  private void hdf5() throws IOException, InterruptedException {
    report.append(
        """

        ## Single operations on HDF5 files

        Within processes that run already, each side in turn: the fastest of %d times in every turn,
        the median of %d turns. The last column says how many times as fast as h5py this is.

        | operation | h5py | Statedict | times as fast |
        | --- | --- | --- | --- |
        """
            .formatted(Hdf5Comparison.TIMES, Hdf5Comparison.TURNS));
    report.append(new Hdf5Comparison(work).run());
  }

  private void heading(String text) {
    report.append("\n## ").append(text).append("\n\n");
    report.append(
        "| program | median | range | memory | ratio |\n| --- | --- | --- | --- | --- |\n");
  }

  private void compare(int times, Series first, List<String> one, Series second, List<String> two)
      throws IOException, InterruptedException {
    for (int i = -2; i < times; i++) {
      Run a = runAfresh(one);
      Run b = runAfresh(two);
      if (i >= 0) {
        first.add(a);
        second.add(b);
      }
    }
    report.append(first.row(first)).append('\n').append(second.row(first)).append('\n');
  }

  /// Runs a program whose output, if it writes one, is not there yet: freeing the blocks of a large
  /// file that is replaced would count as the program's time.
  private Run runAfresh(List<String> command) throws IOException, InterruptedException {
    Files.deleteIfExists(work.resolve(COPY));
    Files.deleteIfExists(work.resolve(CONVERTED));
    Files.deleteIfExists(work.resolve(MODEL));
    return run(command);
  }

  private Run run(List<String> command) throws IOException, InterruptedException {
    return Run.of(work, command);
  }

  private static List<String> python(String script, Object... args) {
    List<String> command = new ArrayList<>(List.of("python3", "-c", script));
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    return command;
  }
}
