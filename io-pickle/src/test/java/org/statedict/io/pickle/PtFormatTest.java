package org.statedict.io.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.statedict.checkpoint.CheckpointFormat;
import org.statedict.checkpoint.Recognition;
import org.statedict.checkpoint.Source;
import org.statedict.tensor.DType;
import org.statedict.testkit.Ability;
import org.statedict.testkit.CheckpointFormatContract;
import org.statedict.testkit.GoldenFiles;

/// The contract, its reading half on files that PyTorch wrote. Every entry has a checksum; there is
/// no place for metadata.
class PtFormatTest extends CheckpointFormatContract {
  private static final List<String> SAMPLES =
      List.of(
          "x.pt",
          "net.pt",
          "tied.pt",
          "views.pt",
          "containers.pt",
          "training_checkpoint.pt",
          "big_endian.pt",
          "zip_deflated.pt",
          "zero_size.pt",
          "empty_dict.pt");

  @Override
  protected CheckpointFormat format() {
    return new PtFormat();
  }

  @Override
  protected Set<Ability> abilities() {
    return EnumSet.complementOf(EnumSet.of(Ability.METADATA));
  }

  /// PyTorch has no type narrower than a byte but float4_e2m1fn, in pairs.
  @Override
  protected Set<DType> dtypes() {
    Set<DType> known = super.dtypes();
    known.removeIf(dtype -> dtype.isSubByte() && dtype != DType.FLOAT4_E2M1FN);
    return known;
  }

  @Override
  protected Map<String, Path> samples() throws IOException {
    Map<String, Path> samples = new LinkedHashMap<>();
    for (String name : SAMPLES) {
      samples.put(name, GoldenFiles.find("pytorch").resolve(name));
    }
    return samples;
  }

  @Test
  void headerLengthOfSafetensorsIsNoPickle() throws IOException {
    byte[] start = {(byte) 0x80, 2, 0, 0, 0, 0, 0, 0, '{', '"'};
    assertEquals(Recognition.NO, format().recognises(Source.of("x", start)));
    byte[] pickle = {(byte) 0x80, 2, '}', '.'};
    assertEquals(Recognition.YES, format().recognises(Source.of("x", pickle)));
  }
}
