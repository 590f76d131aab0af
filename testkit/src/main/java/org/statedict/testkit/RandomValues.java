package org.statedict.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Shape;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Values for property tests, all determined by one seed.
///
/// ```java
/// RandomValues.forAll(50, random -> check(random.stateDict(dtypes)));
/// ```
///
/// A failure names its seed; `-Dstatedict.seed=N` begins with it.
public final class RandomValues {
  private static final int DEEPEST = 4;
  private static final int WIDEST = 5;
  private static final String LETTERS = "abwx.._/ $~é日\ud83d\ude00\"\\\n\u0000";

  private final long seed;
  private final SplittableRandom random;

  public RandomValues(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /// Something that must hold for all values.
  @FunctionalInterface
  public interface Property {
    void check(RandomValues random) throws Exception;
  }

  /// Checks `property` so many times with seeds counted up from `-Dstatedict.seed`, or from an
  /// arbitrary one.
  ///
  /// @throws AssertionError naming the seed, if the property fails
  public static void forAll(int tries, Property property) {
    long first = Long.getLong("statedict.seed", System.nanoTime());
    for (long seed = first; seed < first + tries; seed++) {
      try {
        property.check(new RandomValues(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "fails with seed %d, repeat with -Dstatedict.seed=%d: %s".formatted(seed, seed, e), e);
      }
    }
  }

  public long seed() {
    return seed;
  }

  /// A number from 0 to `bound` - 1.
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /// One of `choices`.
  public <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /// A text of up to 7 characters, odd ones included; often empty.
  public String text() {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, below(8))
        .map(_ -> below(LETTERS.codePointCount(0, LETTERS.length())))
        .map(i -> LETTERS.codePointAt(LETTERS.offsetByCodePoints(0, i)))
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  /// A shape of up to 4 dimensions of sizes 0 to 5.
  public Shape shape() {
    return Shape.of(IntStream.range(0, below(5)).mapToLong(_ -> below(6)).toArray());
  }

  /// A tensor of arbitrary bits, often a transposed or sliced view. Elements of type bool are 0 or
  /// 1; those narrower than a byte come in dense rows of 8.
  public Tensor tensor(DType dtype) {
    if (dtype.isSubByte()) {
      return tensor(dtype, Shape.of(below(4), 8));
    }
    Tensor tensor = tensor(dtype, shape());
    if (tensor.shape().rank() >= 2 && below(3) == 0) {
      tensor = tensor.transpose(0, 1);
    }
    if (tensor.shape().rank() >= 1 && below(3) == 0) {
      tensor = tensor.slice(0, below(3), 5, 1 + below(2));
    }
    return tensor;
  }

  /// A dense tensor of arbitrary bits.
  public Tensor tensor(DType dtype, Shape shape) {
    byte[] bytes = new byte[Math.toIntExact(dtype.byteSize(shape.elementCount()))];
    random.nextBytes(bytes);
    if (dtype == DType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    clearUnusedBits(bytes, dtype, shape);
    return Tensor.over(Storage.of(bytes), dtype, shape);
  }

  private static void clearUnusedBits(byte[] bytes, DType dtype, Shape shape) {
    int used = (int) (shape.elementCount() * dtype.bits() % 8);
    if (used != 0) {
      bytes[bytes.length - 1] &= (byte) ((1 << used) - 1);
    }
  }

  /// A flat dictionary of distinct names to tensors of these types.
  public StateDict stateDict(List<DType> dtypes) {
    Dict.Builder dict = Dict.builder(oneOf(List.of(Dict.Kind.values())));
    for (int i = below(WIDEST); i > 0; i--) {
      dict.put(text(), tensor(oneOf(dtypes)));
    }
    return StateDict.of(dict.build());
  }

  /// A tree of up to 4 levels with tensors of these types; some of its parts stand in several
  /// places. It has no objects.
  public Value value(List<DType> dtypes) {
    return value(dtypes, new ArrayList<>(), 0);
  }

  private Value value(List<DType> dtypes, List<Value> made, int depth) {
    boolean again = !made.isEmpty() && below(8) == 0;
    if (again) {
      return oneOf(made);
    }
    Value value =
        switch (depth < DEEPEST ? below(6) : 5) {
          case 0, 1 -> dict(dtypes, made, depth);
          case 2 -> seq(dtypes, made, depth);
          case 3, 4 -> tensor(oneOf(dtypes));
          default -> scalar();
        };
    if (!(value instanceof Scalar)) {
      made.add(value);
    }
    return value;
  }

  private Dict dict(List<DType> dtypes, List<Value> made, int depth) {
    Dict.Builder dict = Dict.builder(oneOf(List.of(Dict.Kind.values())));
    for (int i = below(WIDEST); i > 0; i--) {
      dict.put(key(), value(dtypes, made, depth + 1));
    }
    return dict.build();
  }

  private Value key() {
    return switch (below(5)) {
      case 0 -> new Scalar.Int(below(10));
      case 1 -> Seq.tuple(below(3), text());
      default -> new Scalar.Text(text());
    };
  }

  private Seq seq(List<DType> dtypes, List<Value> made, int depth) {
    List<Value> items = new ArrayList<>();
    for (int i = below(WIDEST); i > 0; i--) {
      items.add(value(dtypes, made, depth + 1));
    }
    return Seq.of(oneOf(List.of(Seq.Kind.LIST, Seq.Kind.TUPLE)), items);
  }

  /// A number, a text, some bytes or another leaf that is no tensor.
  public Scalar scalar() {
    return switch (below(7)) {
      case 0 -> Scalar.Nil.NONE;
      case 1 -> new Scalar.Bool(below(2) == 0);
      case 2 -> new Scalar.Int(random.nextLong() >> below(64));
      case 3 -> new Scalar.Real(random.nextLong());
      case 4 -> new Scalar.Text(text());
      case 5 -> Scalar.Bytes.of(text().getBytes(StandardCharsets.UTF_8));
      default -> new Scalar.DTypeName(DType.FLOAT32);
    };
  }
}
