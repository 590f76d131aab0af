package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.checkpoint.UnsupportedValueException;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.Peer;

/// PyTorch reads what we write: every golden file that PyTorch itself reads, loaded and saved as
/// the zip and as the stream, is the same value to PyTorch as the original.
class PtPeerTest {
  /// Original files that stand for something else than their value: hostile names, values that
  /// contain themselves, storages of which PyTorch forgets that they share memory.
  private static final Set<String> NOT_COMPARED =
      Set.of("evil_", "recursive_list", "legacy_py2", "legacy_tar", "bad_byteorder", "skip_data");

  @TempDir Path folder;

  @Test
  void torchReadsWhatWeWrite() throws IOException {
    Peer python = Peer.python("torch", "numpy");
    List<Object> arguments = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (GoldenFiles.Case file : GoldenFiles.of("pytorch").cases().toList()) {
      if (isCompared(file)) {
        names.add(file.name());
        arguments.addAll(List.of(file.path(), saved(file, "zip"), stream(file)));
      }
    }
    List<String> compared = python.run(script(), arguments.toArray()).lines().toList();
    assertEquals(
        names, compared.stream().map(line -> line.substring(0, line.indexOf(' '))).toList());
    assertTrue(compared.stream().filter(l -> l.endsWith("mmap stream")).count() > 60, "streams");
  }

  /// Whole modules of classes that only the script which made them has cannot be loaded again.
  private static boolean isCompared(GoldenFiles.Case file) {
    return file.expected().path("full").isBoolean()
        && file.expected().path("full").asBoolean()
        && Files.isRegularFile(file.path())
        && Set.of(2, 3).contains(file.expected().path("since").asInt())
        && file.expected().path("statedict").asText().equals("load")
        && NOT_COMPARED.stream().noneMatch(file.name()::startsWith);
  }

  private Object stream(GoldenFiles.Case file) throws IOException {
    try {
      return saved(file, "stream");
    } catch (UnsupportedValueException e) {
      return "-";
    }
  }

  private Path saved(GoldenFiles.Case file, String container) throws IOException {
    Path parent = Files.createDirectories(folder.resolve(container));
    Path target = parent.resolve(file.name());
    Value value = Checkpoints.load(file.path());
    Checkpoints.save(
        value,
        target,
        SaveOptions.DEFAULT
            .withObjects(SaveOptions.Objects.KEEP)
            .withAdapterOption("pt.container", container));
    return target;
  }

  private static String script() throws IOException {
    try (InputStream in = PtPeerTest.class.getResourceAsStream("compare_pt.py")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
