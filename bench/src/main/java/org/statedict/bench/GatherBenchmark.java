package org.statedict.bench;

import java.lang.foreign.MemorySegment;
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
import org.openjdk.jmh.annotations.Warmup;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.TensorBytes;

/// How long it takes to bring four million float32 elements into row-major order.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GatherBenchmark {
  /// How the tensor lies in its storage.
  public enum Layout {
    CONTIGUOUS,
    ROWS,
    TRANSPOSED
  }

  private static final int SIDE = 2000;

  @Param public Layout layout = Layout.CONTIGUOUS;

  private Tensor tensor = Tensor.zeros(0);
  private final MemorySegment target = MemorySegment.ofArray(new byte[SIDE * SIDE * 4]);

  @Setup
  public void make() {
    tensor =
        switch (layout) {
          case CONTIGUOUS -> Tensor.zeros(SIDE, SIDE);
          case ROWS -> Tensor.zeros(SIDE, SIDE + 8).slice(1, 0, SIDE);
          case TRANSPOSED -> Tensor.zeros(SIDE, SIDE).transpose(0, 1);
        };
  }

  @Benchmark
  public MemorySegment gather() {
    TensorBytes.of(tensor).copyTo(0, target);
    return target;
  }
}
