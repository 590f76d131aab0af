package org.statedict.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/// PyTorch's random numbers on the CPU: from one seed the same numbers, bit for bit on x86 with
/// AVX2, in the same order of calls.
///
/// The Mersenne Twister mt19937 of Matsumoto and Nishimura (1998), and PyTorch's ways to turn its
/// words into numbers. Not thread-safe, but for the methods of [#DEFAULT] that set its state.
public final class Generator {
  /// The generator that everything uses to which none is given; seeded with PyTorch's default.
  public static final Generator DEFAULT = new Generator(67280421310721L);

  private static final int STATE_BYTES = 5056;
  private static final float FLOAT_UNIT = 0x1p-24f;
  private static final double DOUBLE_UNIT = 0x1p-53;

  private MersenneTwister words;
  private double cached;
  private boolean hasCached;

  private Generator(long seed) {
    this.words = MersenneTwister.seeded(seed);
  }

  /// A generator of its own.
  public static Generator seeded(long seed) {
    return new Generator(seed);
  }

  /// Begins anew, as `torch.manual_seed` does.
  public Generator manualSeed(long seed) {
    words = MersenneTwister.seeded(seed);
    hasCached = false;
    return this;
  }

  /// The seed it began with.
  public long initialSeed() {
    return words.seed();
  }

  private long longWord() {
    long high = words.next();
    return high << 32 | words.next();
  }

  private float uniformFloat() {
    return (words.next() & 0xFFFFFF) * FLOAT_UNIT;
  }

  private double uniformDouble() {
    return (longWord() & (1L << 53) - 1) * DOUBLE_UNIT;
  }

  /// Numbers from 0 (included) to 1 (excluded), float32: `torch.rand`.
  public Tensor rand(long... shape) {
    return uniform(0, 1, shape);
  }

  /// Normally distributed numbers of mean 0 and variance 1, float32: `torch.randn`.
  public Tensor randn(long... shape) {
    return normal(0, 1, shape);
  }

  /// Numbers from `low` (included) to `high` (excluded), float32: `Tensor.uniform_`.
  public Tensor uniform(double low, double high, long... shape) {
    return uniform(DType.FLOAT32, low, high, shape);
  }

  /// The same as float32 or float64.
  public Tensor uniform(DType dtype, double low, double high, long... shape) {
    Numbers out = Numbers.zeros(dtype, Shape.of(shape).elementCount());
    float from = (float) low;
    float range = (float) high - from;
    for (int i = 0; i < out.length(); i++) {
      if (dtype == DType.FLOAT64) {
        double value = uniformDouble() * (high - low) + low;
        out.set(i, value == high ? low : value);
      } else {
        float value = Math.fma(uniformFloat(), range, from);
        out.set(i, value == (float) high ? from : value);
      }
    }
    return out.toTensor(Shape.of(shape));
  }

  /// Normally distributed numbers, float32: `Tensor.normal_`.
  public Tensor normal(double mean, double deviation, long... shape) {
    return normal(DType.FLOAT32, mean, deviation, shape);
  }

  /// The same as float32 or float64. From 16 elements on they are made in blocks, and fewer one by
  /// one in pairs of which the second is kept for the next call.
  public Tensor normal(DType dtype, double mean, double deviation, long... shape) {
    Shape wanted = Shape.of(shape);
    int count = Math.toIntExact(wanted.elementCount());
    if (count < NormalBlock.SIZE) {
      Numbers out = Numbers.zeros(dtype, count);
      for (int i = 0; i < count; i++) {
        out.set(i, normal() * deviation + mean);
      }
      return out.toTensor(wanted);
    }
    return dtype == DType.FLOAT64
        ? Numbers.tensor(wanted, NormalBlock.doubles(count, this::uniformDouble, mean, deviation))
        : Numbers.tensor(
            wanted, NormalBlock.floats(count, this::uniformFloat, (float) mean, (float) deviation));
  }

  private double normal() {
    if (hasCached) {
      hasCached = false;
      return cached;
    }
    double first = uniformDouble();
    double second = uniformDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-second));
    double angle = 2 * Math.PI * first;
    cached = radius * Math.sin(angle);
    hasCached = true;
    return radius * Math.cos(angle);
  }

  /// Integers from `low` (included) to `high` (excluded), int64: `torch.randint`.
  ///
  /// @throws IllegalArgumentException if there is none
  public Tensor randint(long low, long high, long... shape) {
    long range = high - low;
    if (high <= low) {
      throw new IllegalArgumentException("no integer from %d to below %d".formatted(low, high));
    }
    boolean narrow = range > 0 && range < 1L << 28;
    long[] out = new long[Math.toIntExact(Shape.of(shape).elementCount())];
    for (int i = 0; i < out.length; i++) {
      out[i] = low + Long.remainderUnsigned(narrow ? words.next() : longWord(), range);
    }
    return Numbers.tensor(Shape.of(shape), out);
  }

  /// The integers from 0 to `count` - 1, shuffled, int64: `torch.randperm`.
  public Tensor randperm(int count) {
    long[] order = IntStream.range(0, count).asLongStream().toArray();
    for (int i = 0; i < count - 1; i++) {
      int other = i + (int) (words.next() % (count - i));
      long moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
    return Numbers.tensor(Shape.of(count), order);
  }

  /// Ones with a probability, zeros else, float32: `Tensor.bernoulli_`.
  ///
  /// PyTorch's numbers where it is built without MKL's own generator.
  public Tensor bernoulli(double probability, long... shape) {
    return bernoulli(DType.FLOAT32, probability, shape);
  }

  /// The same as float32 or float64.
  public Tensor bernoulli(DType dtype, double probability, long... shape) {
    Numbers out = Numbers.zeros(dtype, Shape.of(shape).elementCount());
    for (int i = 0; i < out.length(); i++) {
      out.set(i, uniformDouble() < probability ? 1 : 0);
    }
    return out.toTensor(Shape.of(shape));
  }

  /// The state as the byte tensor that `torch.get_rng_state` gives.
  public Tensor state() {
    ByteBuffer bytes = ByteBuffer.allocate(STATE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    words.write(bytes);
    bytes.putDouble(0).putDouble(hasCached ? cached : 0).putDouble(0);
    bytes.putInt(hasCached ? 1 : 0);
    return Tensor.over(Storage.of(bytes.array()), DType.UINT8, Shape.of(STATE_BYTES));
  }

  /// Goes on from a state that [#state()] or `torch.get_rng_state` gave.
  ///
  /// @throws IllegalArgumentException if it is none
  public void setState(Tensor state) {
    if (state.dtype() != DType.UINT8 || state.elementCount() != STATE_BYTES) {
      throw new IllegalArgumentException(
          "a generator's state has %d bytes, this is %s %s"
              .formatted(STATE_BYTES, state.dtype(), state.shape()));
    }
    byte[] bytes = new byte[STATE_BYTES];
    TensorBytes.of(state).copyTo(0, bytes, STATE_BYTES);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    words = MersenneTwister.read(in);
    in.getDouble();
    cached = in.getDouble();
    in.getDouble();
    hasCached = in.getInt() != 0;
  }
}
