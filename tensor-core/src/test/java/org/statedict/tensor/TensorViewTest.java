package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorViewTest {
  static Stream<Arguments> chains() {
    JsonNode chains = TestData.json("views/views.json").get("chains");
    return IntStream.range(0, chains.size())
        .mapToObj(chains::get)
        .map(c -> Arguments.argumentSet(c.get("shape") + " " + c.get("steps"), c));
  }

  @ParameterizedTest
  @MethodSource("chains")
  void viewsAreThoseOfPyTorch(JsonNode chain) {
    long[] dims = longs(chain.get("shape"));
    Tensor tensor = Tensor.arange(Shape.of(dims).elementCount()).reshape(dims);
    for (JsonNode step : chain.get("steps")) {
      tensor = view(tensor, step.get(0).asText(), LongStream.of(longs(step)).skip(1).toArray());
    }
    assertEquals(Shape.of(longs(chain.get("result"))), tensor.shape());
    assertArrayEquals(longs(chain.get("values")), tensor.toLongArray());
    if (chain.has("strides")) {
      assertEquals(chain.get("contiguous").asBoolean(), tensor.isContiguous());
    }
    if (chain.has("strides") && tensor.elementCount() > 0) {
      assertEquals(Strides.of(longs(chain.get("strides"))), tensor.strides());
      assertEquals(chain.get("offset").asLong(), tensor.storageOffset());
    }
  }

  private static Tensor view(Tensor t, String name, long... arguments) {
    return switch (name) {
      case "slice" -> t.slice((int) arguments[0], arguments[1], arguments[2], arguments[3]);
      case "select" -> t.select((int) arguments[0], arguments[1]);
      case "transpose" -> t.transpose((int) arguments[0], (int) arguments[1]);
      case "permute" -> t.permute(LongStream.of(arguments).mapToInt(i -> (int) i).toArray());
      case "reshape" -> t.reshape(arguments);
      default -> throw new AssertionError(name);
    };
  }

  private static long[] longs(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).mapToLong(i -> numbers.get(i).asLong()).toArray();
  }

  @Test
  void viewsShareTheStorageAndKeepTheTraits() {
    Tensor x = Tensor.ones(2, 3).withTraits(Traits.NONE.withRequiresGrad(true));
    for (Tensor view :
        new Tensor[] {x.slice(0, 0, 1), x.select(1, 2), x.transpose(0, 1), x.reshape(6)}) {
      assertSame(x.storage(), view.storage());
      assertEquals(x.traits(), view.traits());
    }
  }

  @Test
  void aCopyOwnsItsElementsOnly() {
    Tensor x = Tensor.arange(1000).slice(0, 10, 14);
    Tensor copy = x.copy();
    assertEquals(32, copy.storage().byteSize());
    assertEquals(0, copy.storageOffset());
    assertArrayEquals(new long[] {10, 11, 12, 13}, copy.toLongArray());
  }

  @Test
  void contiguousCopiesOnlyWhatIsNot() {
    Tensor x = Tensor.arange(6).reshape(2, 3);
    assertSame(x, x.contiguous());
    Tensor transposed = x.transpose(0, 1);
    assertNotSame(transposed.storage(), transposed.contiguous().storage());
    assertEquals(Strides.of(2, 1), transposed.contiguous().strides());
  }

  @Test
  void refusesViewsThatDoNotExist() {
    Tensor x = Tensor.zeros(2, 3);
    assertThrows(IndexOutOfBoundsException.class, () -> x.slice(2, 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> x.select(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> x.select(0, -3));
    assertThrows(IndexOutOfBoundsException.class, () -> x.transpose(0, 2));
    assertThrows(IllegalArgumentException.class, () -> x.slice(0, 0, 2, 0));
    assertThrows(IllegalArgumentException.class, () -> x.permute(0));
    assertThrows(IllegalArgumentException.class, () -> x.permute(0, 0));
    assertThrows(IllegalArgumentException.class, () -> x.permute(0, 1, 1));
  }

  static Stream<long[]> impossibleShapes() {
    return Stream.of(
        new long[] {5},
        new long[] {4, -1},
        new long[] {-1, -1},
        new long[] {-2, -3},
        new long[] {1L << 40, 1L << 40},
        new long[] {0, -1});
  }

  @ParameterizedTest
  @MethodSource("impossibleShapes")
  void refusesToReshapeToAnotherNumberOfElements(long... dims) {
    assertThrows(IllegalArgumentException.class, () -> Tensor.zeros(2, 3).reshape(dims));
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 1L << 61, Long.MAX_VALUE})
  void refusesElementsOutsideTheStorage(long offset) {
    Storage six = Storage.of(new float[6]);
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Tensor.over(six, DType.FLOAT32, Shape.of(2, 3), Strides.of(3, 1), offset));
    assertEquals(
        "float32 [2, 3] with strides [3, 1] at offset %d reaches past its storage of 24 bytes"
            .formatted(offset),
        error.getMessage());
  }

  @Test
  void refusesStridesThatOverflow() {
    Storage six = Storage.of(new float[6]);
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.over(six, DType.FLOAT32, Shape.of(3, 3), Strides.of(Long.MAX_VALUE, 1), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.over(six, DType.FLOAT32, Shape.of(3), Strides.of(1, 1), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.over(six, DType.FLOAT32, Shape.of(1), Strides.of(1), -1));
  }

  @Test
  void aTensorWithoutElementsMayLieAnywhere() {
    Tensor empty =
        Tensor.over(
            Storage.of(new float[0]), DType.FLOAT32, Shape.of(0, 5), Strides.of(9, 9), 1000);
    assertEquals(0, empty.copy().byteSize());
    assertEquals("tensor([], size=(0, 5))", empty.toString());
  }

  @Test
  void factoriesFillTheirShape() {
    assertArrayEquals(new double[] {1, 1}, Tensor.ones(2).toDoubleArray());
    assertArrayEquals(new double[] {2.5, 2.5}, Tensor.full(2.5f, 2, 1).toDoubleArray());
    assertEquals(3, Tensor.scalar(3).item());
    assertEquals(Shape.of(2, 2), Tensor.of(new int[] {1, 2, 3, 4}, 2, 2).shape());
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new long[] {1, 2, 3}, 2, 2));
  }
}
