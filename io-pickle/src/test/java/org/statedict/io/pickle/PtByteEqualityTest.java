package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Formats;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.testkit.GoldenFiles;

/// Every file that PyTorch 2.13 saved with its default options, loaded and saved again: the same
/// bytes under the same name.
class PtByteEqualityTest {
  private static final Formats FORMATS = Formats.of(List.of(new PtFormat()));

  @TempDir Path folder;

  /// `not-resaved.json` has the beginnings of the names of all others, and why they are left out.
  static Stream<GoldenFiles.Case> savedByPyTorch() throws IOException {
    GoldenFiles golden = GoldenFiles.of("pytorch");
    Set<String> others =
        golden
            .expected("not-resaved.json")
            .propertyStream()
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return golden.cases().filter(file -> others.stream().noneMatch(file.name()::startsWith));
  }

  @ParameterizedTest
  @MethodSource("savedByPyTorch")
  void savesTheSameBytes(GoldenFiles.Case file) throws IOException {
    Path copy = folder.resolve(file.name());
    FORMATS.save(
        FORMATS.load(file.path(), LoadOptions.DEFAULT),
        copy,
        SaveOptions.DEFAULT.withObjects(SaveOptions.Objects.KEEP));
    byte[] expected = Files.readAllBytes(file.path());
    byte[] found = Files.readAllBytes(copy);
    assertEquals(-1, Arrays.mismatch(expected, found), "the first byte that differs");
  }
}
