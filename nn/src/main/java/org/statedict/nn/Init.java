package org.statedict.nn;

import java.util.Arrays;
import org.statedict.tensor.Generator;
import org.statedict.tensor.Tensor;

/// Initial values as PyTorch draws them, from [Generator#DEFAULT]; float32.
public final class Init {
  private Init() {}

  /// Uniform from -`bound` to `bound`.
  public static Tensor uniform(double bound, long... shape) {
    return Generator.DEFAULT.uniform(-bound, bound, shape);
  }

  /// Uniform to `1 / sqrt(fanIn)`: what PyTorch gives biases and recurrent weights.
  ///
  /// @param fanIn how many numbers a result is made of; without any the values are 0
  public static Tensor byFanIn(long fanIn, long... shape) {
    return uniform(fanIn > 0 ? 1 / Math.sqrt((double) fanIn) : 0, shape);
  }

  /// Kaiming's uniform initialization (He et al. 2015) with `a = sqrt(5)`: what PyTorch gives
  /// linear layers and convolutions.
  public static Tensor kaiming(long fanIn, long... shape) {
    double slope = Math.sqrt(5);
    double gain = Math.sqrt(2 / (1 + slope * slope));
    return uniform(fanIn > 0 ? Math.sqrt(3) * (gain / Math.sqrt((double) fanIn)) : 0, shape);
  }

  /// Xavier's uniform initialization (Glorot and Bengio 2010): to `sqrt(6 / (fanIn + fanOut))`.
  ///
  /// @param shape at least two dimensions: results, inputs, and the elements of a window
  public static Tensor xavierUniform(long... shape) {
    return uniform(Math.sqrt(3) * xavierDeviation(shape), shape);
  }

  /// Xavier's normal initialization: deviation `sqrt(2 / (fanIn + fanOut))`.
  public static Tensor xavierNormal(long... shape) {
    return Generator.DEFAULT.normal(0, xavierDeviation(shape), shape);
  }

  private static double xavierDeviation(long... shape) {
    long window = Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
    return Math.sqrt(2.0 / (double) (shape[1] * window + shape[0] * window));
  }
}
