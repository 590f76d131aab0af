package org.statedict.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradient of every operation against differences of its results.
class GradientTest {
  private static final double STEP = 1e-5;
  private static final Tensor INDEX = Tensor.of(new long[] {2, 0, 1, 1}, 2, 2);
  private static final Tensor MASK =
      Tensor.over(Storage.of((byte) 1, (byte) 0, (byte) 0), DType.BOOL, Shape.of(3));
  private static final Window SQUARE =
      Window.of(List.of(2, 3)).withPadding(List.of(1, 1)).withStride(List.of(2, 1));

  /// An operation on inputs of some shapes.
  record Operation(List<Shape> shapes, Function<List<Tensor>, Tensor> of) {}

  private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

  private static void unary(String name, Function<Tensor, Tensor> of, long... shape) {
    OPERATIONS.put(name, new Operation(List.of(Shape.of(shape)), x -> of.apply(x.getFirst())));
  }

  private static void binary(String name, Shape a, Shape b, Function<List<Tensor>, Tensor> of) {
    OPERATIONS.put(name, new Operation(List.of(a, b), of));
  }

  static {
    Shape matrix = Shape.of(2, 3);
    Shape row = Shape.of(3);
    Shape column = Shape.of(2, 1);
    for (Shape other : List.of(matrix, row, column, Shape.SCALAR)) {
      binary("add " + other, matrix, other, x -> x.get(0).add(x.get(1)));
      binary("sub " + other, other, matrix, x -> x.get(0).sub(x.get(1)));
      binary("mul " + other, matrix, other, x -> x.get(0).mul(x.get(1)));
      binary("div " + other, matrix, other, x -> x.get(0).div(x.get(1).add(3)));
      binary("maximum " + other, matrix, other, x -> x.get(0).maximum(x.get(1)));
      binary("minimum " + other, matrix, other, x -> x.get(0).minimum(x.get(1)));
    }
    unary("add a number", x -> x.add(2), 3);
    unary("sub a number", x -> x.sub(2), 3);
    unary("mul by a number", x -> x.mul(-3), 3);
    unary("div by a number", x -> x.div(7), 3);
    unary("neg", Tensor::neg, 3);
    unary("clamp", x -> x.clamp(-0.3, 0.4), 7);
    unary("pow", x -> x.square().add(1).pow(1.5), 3);
    unary("square", Tensor::square, 3);
    unary("sqrt", x -> x.square().add(1).sqrt(), 3);
    unary("exp", Tensor::exp, 3);
    unary("log", x -> x.square().add(1).log(), 3);
    unary("log1p", x -> x.square().log1p(), 3);
    unary("sin", Tensor::sin, 3);
    unary("cos", Tensor::cos, 3);
    unary("tanh", Tensor::tanh, 3);
    unary("erf", Tensor::erf, 5);
    unary("sigmoid", Tensor::sigmoid, 3);
    unary("relu", Tensor::relu, 5);
    unary("abs", Tensor::abs, 5);
    unary("sum", x -> x.sum(), 2, 3);
    unary("sum over 0", x -> x.sum(0), 2, 3, 2);
    unary("sum over 1 and -1", x -> x.sum(1, -1), 2, 3, 2);
    unary("mean", x -> x.mean(1), 2, 3, 2);
    unary("variance", x -> x.variance(0, 2), 2, 3, 2);
    unary("max", x -> x.max(1), 2, 3, 2);
    unary("softmax", x -> x.softmax(1), 2, 3, 2);
    unary("logSoftmax", x -> x.logSoftmax(-1), 2, 3);
    unary("standardizeRows", x -> x.standardizeRows(1e-5), 2, 5);
    unary("gather", x -> x.gather(0, INDEX), 3, 2);
    unary("rows", x -> x.rows(INDEX), 3, 2);
    unary("maskedFill", x -> x.maskedFill(MASK, 5), 2, 3);
    unary("expand", x -> x.expand(4, 3, 2), 3, 1);
    unary("unsqueeze", x -> x.unsqueeze(-1).mul(Tensor.of(new double[] {1, 2}, 2)), 3);
    unary("squeeze", x -> x.squeeze(1), 3, 1, 2);
    unary("flatten", x -> x.flatten(1, 2).matmul(x.flatten(1, 2).transpose(0, 1)), 2, 3, 2);
    unary("transpose", x -> x.transpose(0, 1).mul(x.transpose(0, 1)), 2, 3);
    unary("permute", x -> x.permute(2, 0, 1).mul(x.permute(2, 0, 1)), 2, 3, 2);
    unary("reshape", x -> x.transpose(0, 1).reshape(3, 2).mul(x.reshape(3, 2)), 2, 3);
    unary("slice", x -> x.slice(1, 0, 3, 2), 2, 3);
    unary("select", x -> x.select(1, 1).mul(x.select(1, 2)), 2, 3);
    unary("copy", x -> x.transpose(0, 1).copy(), 2, 3);
    unary("unfold", x -> x.unfold(SQUARE), 2, 2, 4, 3);
    unary("fold", x -> x.fold(SQUARE, 4, 3), 2, 12, 9);
    unary("maxPool", x -> x.maxPool(SQUARE), 2, 2, 4, 3);
    unary("averagePool", x -> x.averagePool(SQUARE, Window.Padding.COUNTED), 2, 2, 4, 3);
    unary(
        "averagePool without padding",
        x -> x.averagePool(SQUARE, Window.Padding.IGNORED),
        1,
        1,
        4,
        3);
    unary(
        "averagePool upwards",
        x -> x.averagePool(SQUARE.withCeiling(true), Window.Padding.COUNTED),
        1,
        1,
        5,
        3);
    binary("cat", matrix, Shape.of(2, 1), x -> Tensor.cat(1, x));
    binary("stack", matrix, matrix, x -> Tensor.stack(1, x));
    binary("where", matrix, row, x -> Tensor.where(MASK, x.get(0), x.get(1)));
    binary("matmul", matrix, Shape.of(3, 4), x -> x.get(0).matmul(x.get(1)));
    binary("matmul vectors", row, row, x -> x.get(0).matmul(x.get(1)));
    binary("matmul vector left", row, Shape.of(3, 4), x -> x.get(0).matmul(x.get(1)));
    binary("matmul vector right", matrix, row, x -> x.get(0).matmul(x.get(1)));
    binary("matmul rows", Shape.of(2, 2, 3), Shape.of(3, 4), x -> x.get(0).matmul(x.get(1)));
    binary(
        "matmul batches", Shape.of(2, 1, 2, 3), Shape.of(5, 3, 2), x -> x.get(0).matmul(x.get(1)));
  }

  static Stream<Arguments> operations() {
    return OPERATIONS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void gradientIsWhatDifferencesSay(String name, Operation operation) {
    Generator random = Generator.seeded(name.hashCode());
    List<Tensor> inputs = new ArrayList<>();
    for (Shape shape : operation.shapes) {
      Tensor drawn = random.normal(DType.FLOAT64, 0, 1, shape.toArray());
      inputs.add(drawn.withTraits(Traits.NONE.withRequiresGrad(true)));
    }
    Tensor result = operation.of.apply(inputs);
    Tensor weights = random.normal(DType.FLOAT64, 0, 1, result.shape().toArray());
    Gradients gradients = result.mul(weights).sum().gradients(inputs.toArray(Tensor[]::new));
    for (int i = 0; i < inputs.size(); i++) {
      double[] found = gradients.of(inputs.get(i)).toDoubleArray();
      double[] expected = differences(operation, inputs, i, weights);
      for (int j = 0; j < found.length; j++) {
        assertEquals(
            expected[j],
            found[j],
            1e-7 * Math.max(1, Math.abs(expected[j])),
            "input " + i + "[" + j + "]");
      }
    }
  }

  private static double[] differences(
      Operation operation, List<Tensor> inputs, int i, Tensor weights) {
    double[] elements = inputs.get(i).toDoubleArray();
    double[] slopes = new double[elements.length];
    for (int j = 0; j < elements.length; j++) {
      slopes[j] =
          (moved(operation, inputs, i, j, STEP, weights)
                  - moved(operation, inputs, i, j, -STEP, weights))
              / (2 * STEP);
    }
    return slopes;
  }

  private static double moved(
      Operation operation, List<Tensor> inputs, int i, int j, double by, Tensor weights) {
    double[] elements = inputs.get(i).toDoubleArray();
    elements[j] += by;
    List<Tensor> changed = new ArrayList<>(inputs);
    changed.set(i, Tensor.of(elements, inputs.get(i).shape().toArray()));
    try (NoGrad _ = NoGrad.begin()) {
      return operation.of.apply(changed).mul(weights).sum().item();
    }
  }

  @Test
  void parametersAddUpGradients() {
    Parameter weight = new Parameter(Tensor.of(new float[] {1, 2}));
    weight.value().square().sum().backward();
    weight.value().sum().backward();
    assertEquals("tensor([3., 5.])", weight.grad().orElseThrow().toString());
    weight.zeroGrad();
    assertTrue(weight.grad().isEmpty());
  }

  @Test
  void frozenParametersGetNoGradient() {
    Parameter frozen = new Parameter(Tensor.ones(2));
    frozen.requiresGrad(false);
    Parameter learning = new Parameter(Tensor.ones(2));
    frozen.value().mul(learning.value()).sum().backward();
    assertTrue(frozen.grad().isEmpty());
    assertTrue(learning.grad().isPresent());
  }

  @Test
  void integersHaveNoPast() {
    Parameter weight = new Parameter(Tensor.ones(2));
    assertFalse(weight.value().to(DType.INT64).requiresGrad());
    assertTrue(weight.value().to(DType.FLOAT64).requiresGrad());
    weight.value().to(DType.FLOAT64).mul(3).sum().backward();
    assertEquals("tensor([3., 3.])", weight.grad().orElseThrow().toString());
  }

  @Test
  void aParameterKeepsItsShape() {
    Parameter weight = new Parameter(Tensor.ones(2));
    assertThrows(IllegalArgumentException.class, () -> weight.set(Tensor.ones(3)));
    assertThrows(IllegalArgumentException.class, () -> weight.setGrad(Tensor.ones(3)));
    assertThrows(IllegalArgumentException.class, () -> weight.tie(new Parameter(Tensor.ones(3))));
  }

  @Test
  void tiedParametersHaveOneGradient() {
    Parameter one = new Parameter(Tensor.ones(2));
    Parameter two = new Parameter(Tensor.zeros(2));
    two.tie(one);
    two.value().sum().backward();
    assertEquals("tensor([1., 1.])", one.grad().orElseThrow().toString());
    assertEquals(one, two);
  }

  @Test
  void nothingIsRecordedInNoGrad() {
    Parameter weight = new Parameter(Tensor.ones(2));
    try (NoGrad _ = NoGrad.begin()) {
      assertFalse(weight.value().sum().requiresGrad());
    }
    assertTrue(weight.value().sum().requiresGrad());
  }

  @Test
  void savedTensorsForgetTheirPast() {
    Parameter weight = new Parameter(Tensor.ones(2));
    Tensor saved = Dict.of("w", weight.value().mul(2)).at("w").asTensor();
    assertTrue(saved.gradFn().isEmpty());
  }

  @Test
  void deepGraphsNeedNoStack() {
    Parameter weight = new Parameter(Tensor.ones(1));
    Tensor x = weight.value();
    for (int i = 0; i < 100_000; i++) {
      x = x.add(1);
    }
    x.sum().backward();
    assertEquals("tensor([1.])", weight.grad().orElseThrow().toString());
  }

  @Test
  void whatCannotBeDifferentiatedSaysWhy() {
    assertThrows(IllegalStateException.class, () -> Tensor.scalar(1).backward());
    Parameter weight = new Parameter(Tensor.ones(2));
    assertThrows(IllegalArgumentException.class, () -> weight.value().backward());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Tensor.ones(2, 3).add(Tensor.ones(2)));
    assertTrue(String.valueOf(e.getMessage()).contains("[2, 3] and [2]"), e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Tensor.arange(3).add(1));
    assertTrue(String.valueOf(e.getMessage()).contains("int64 [3]"), e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class, () -> Tensor.ones(2, 3).matmul(Tensor.ones(2, 3)));
    assertTrue(String.valueOf(e.getMessage()).contains("[2, 3]"), e.getMessage());
  }
}
