package org.statedict.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.statedict.checkpoint.Checkpoint;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.LoadOptions;
import org.statedict.checkpoint.LoadOptions.Reading;
import org.statedict.tensor.Value;

/// How long it takes to open a safetensors file of many tensors, and to load all of it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OpenBenchmark {
  @Param({"200", "10000"})
  public int tensors;

  private Path file = Path.of("");

  @Setup
  public void write() throws IOException {
    file = Files.createTempFile("open", ".safetensors");
    Checkpoints.save(ManyTensors.of(tensors, 16, 16), file);
  }

  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
  }

  @Benchmark
  public int openMapped() throws IOException {
    return open(Reading.MAPPED);
  }

  @Benchmark
  public int openByPosition() throws IOException {
    return open(Reading.POSITIONAL);
  }

  private int open(Reading reading) throws IOException {
    try (Checkpoint c = Checkpoints.open(file, LoadOptions.DEFAULT.withReading(reading))) {
      return c.tensors().size();
    }
  }

  @Benchmark
  public Value load() throws IOException {
    return Checkpoints.load(file);
  }
}
