package org.statedict.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statedict.tensor.Value;

class FormatsTest {
  /// A format that recognises files by their first character.
  private record Initial(String name, char first, Recognition sure) implements CheckpointFormat {
    @Override
    public List<String> endings() {
      return List.of("." + name);
    }

    @Override
    public boolean canWrite() {
      return false;
    }

    @Override
    public Recognition recognises(Source source) throws IOException {
      byte[] start = source.bytes(0, 1);
      return start.length == 1 && start[0] == first ? sure : Recognition.NO;
    }

    @Override
    public Checkpoint open(Source source, LoadOptions options) throws IOException {
      throw new CheckpointException(
          CheckpointException.Where.in(source.name()), "opened as " + name);
    }

    @Override
    public SavePlan plan(Value value, String target, SaveOptions options) throws IOException {
      throw new UnsupportedValueException(target, "is only read");
    }
  }

  private static final Formats FORMATS =
      Formats.of(
          List.of(
              new Initial("aa", 'a', Recognition.YES),
              new Initial("bb", 'b', Recognition.MAYBE),
              new Initial("bc", 'b', Recognition.YES),
              new Initial("cc", 'c', Recognition.YES),
              new Initial("cd", 'c', Recognition.YES)));

  @Test
  void detectsByContent() throws IOException {
    assertEquals("aa", FORMATS.detect(text("abc")).name());
  }

  @Test
  void aMarkBeatsAGuess() throws IOException {
    assertEquals("bc", FORMATS.detect(text("bbb")).name());
  }

  @Test
  void refusesWhatTwoFormatsRecognise() {
    var error = assertThrows(CheckpointException.class, () -> FORMATS.detect(text("c")));
    assertTrue(error.getMessage().contains("[cc, cd]"), error.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "version https://git-lfs.github.com/spec/v1,Git LFS pointer",
    "<!DOCTYPE html>,HTML",
    "'',the file is empty",
    "PK..,zip archive"
  })
  void saysWhatAFileSeemsToBe(String content, String hint) {
    var error = assertThrows(CheckpointException.class, () -> FORMATS.detect(text(content)));
    assertTrue(error.getMessage().contains(hint), error.getMessage());
  }

  @Test
  void endingSelectsTheFormatToWrite() {
    assertEquals("bb", FORMATS.forEnding(Path.of("MODEL.BB")).name());
    assertThrows(IllegalArgumentException.class, () -> FORMATS.forEnding(Path.of("model.zz")));
  }

  @Test
  void twoFormatsOfOneNameAreAnError() {
    Initial again = new Initial("aa", 'x', Recognition.YES);
    assertThrows(IllegalStateException.class, () -> FORMATS.with(again));
  }

  @Test
  void unknownNameListsWhatIsInstalled() {
    var error = assertThrows(IllegalArgumentException.class, () -> FORMATS.named("hdf5"));
    assertEquals(
        "no format 'hdf5'; installed formats are [aa, bb, bc, cc, cd];"
            + " add the io module that provides it",
        error.getMessage());
  }

  @Test
  void closesTheSourceWhenOpeningFails() {
    var closed = new java.util.concurrent.atomic.AtomicBoolean();
    Source source =
        new Source() {
          private final Source inner = text("abc");

          @Override
          public String name() {
            return inner.name();
          }

          @Override
          public long size() {
            return inner.size();
          }

          @Override
          public void read(long at, java.lang.foreign.MemorySegment dst) throws IOException {
            inner.read(at, dst);
          }

          @Override
          public java.util.Optional<java.lang.foreign.MemorySegment> map() throws IOException {
            return inner.map();
          }

          @Override
          public Source sibling(String name) throws IOException {
            return inner.sibling(name);
          }

          @Override
          public void close() {
            closed.set(true);
          }
        };
    assertThrows(CheckpointException.class, () -> FORMATS.open(source, LoadOptions.DEFAULT));
    assertTrue(closed.get());
  }

  private static Source text(String content) {
    return Source.of("x", content.getBytes(StandardCharsets.UTF_8));
  }
}
