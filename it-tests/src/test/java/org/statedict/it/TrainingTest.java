package org.statedict.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Value;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.Peer;

/// Six networks trained from one seed: the losses are PyTorch's, and either side goes on where the
/// other stopped, through a file of any format.
class TrainingTest {
  private static final int HALF = 10;

  @TempDir Path folder;

  static List<String> networks() {
    return TrainingRun.names();
  }

  private static Dict golden(String network) throws IOException {
    return Checkpoints.load(GoldenFiles.find("training").resolve(network + ".pt")).asDict();
  }

  private static List<Double> losses(String network) throws IOException {
    return golden(network).at("losses").asList().stream().map(Value::asDouble).toList();
  }

  private static void assertLosses(List<Double> expected, List<Double> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      double tolerance = 1e-4 * Math.max(1, expected.get(i));
      assertEquals(expected.get(i), found.get(i), tolerance, "step " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lossesArePyTorchs(String network) throws IOException {
    assertLosses(losses(network), new TrainingRun(network).train(2 * HALF));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void goesOnWherePyTorchStopped(String network) throws IOException {
    TrainingRun run = new TrainingRun(network);
    run.load(golden(network).at("checkpoint").asDict());
    assertLosses(losses(network).subList(HALF, 2 * HALF), run.train(HALF));
  }

  static Stream<Arguments> networksAndFiles() {
    return networks().stream()
        .flatMap(network ->
            Stream.of("c.pt", "c.safetensors", "c.h5", "c.onnx")
                .map(file -> Arguments.of(network, file)));
  }

  @ParameterizedTest(name = "{0} through {1}")
  @MethodSource("networksAndFiles")
  void goesOnThroughAnyFormat(String network, String file) throws IOException {
    TrainingRun first = new TrainingRun(network);
    first.train(HALF);
    Path checkpoint = folder.resolve(file);
    Checkpoints.save(first.save(), checkpoint);
    List<Double> uninterrupted = first.train(HALF);
    TrainingRun second = new TrainingRun(network);
    second.load(Checkpoints.load(checkpoint).asDict());
    assertEquals(uninterrupted, second.train(HALF));
  }

  @Test
  void pyTorchGoesOnWhereJavaStopped() throws IOException {
    Peer python = Peer.python("torch");
    List<Object> arguments = new ArrayList<>(List.of(GoldenFiles.find("training")));
    for (String network : networks()) {
      TrainingRun run = new TrainingRun(network);
      run.train(HALF);
      Path checkpoint = folder.resolve(network + ".pt");
      Checkpoints.save(run.save(), checkpoint);
      arguments.addAll(List.of(network, checkpoint));
    }
    List<String> lines = python.run(script(), arguments.toArray()).lines().toList();
    for (int i = 0; i < networks().size(); i++) {
      List<Double> found = Stream.of(lines.get(i).split(" ", -1)).map(Double::parseDouble).toList();
      assertLosses(losses(networks().get(i)).subList(HALF, 2 * HALF), found);
    }
  }

  private static String script() throws IOException {
    try (InputStream in = TrainingTest.class.getResourceAsStream("resume_training.py")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
