package org.statedict.nn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.statedict.checkpoint.Checkpoints;
import org.statedict.checkpoint.SaveOptions;
import org.statedict.nn.Gelu.Approximation;
import org.statedict.nn.Rnn.Nonlinearity;
import org.statedict.nn.TransformerOptions.Activation;
import org.statedict.tensor.DType;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Generator;
import org.statedict.tensor.NoGrad;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Shape;
import org.statedict.tensor.StateDict;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;
import org.statedict.tensor.Values;
import org.statedict.tensor.Window;
import org.statedict.testkit.GoldenFiles;
import org.statedict.testkit.Peer;

/// Every layer beside PyTorch's: text, initial values bit for bit, results and gradients.
class LayerGoldenTest {
  private static final Dict GOLDEN = golden("layers.pt");
  private static final Dict MODULES = golden("modules.pt");
  private static final Map<String, Supplier<NnModule>> LAYERS = new LinkedHashMap<>();
  private static final RecurrentOptions TWO = RecurrentOptions.DEFAULT.withLayers(2);
  private static final RecurrentOptions BOTH_WAYS = TWO.withBidirectional(true);
  private static final TransformerOptions SMALL =
      TransformerOptions.DEFAULT.withFeedForward(16).withDropout(0);

  /// An EmbeddingBag below a name, as the script has it.
  private static final class Bags extends NnModule {
    private final EmbeddingBag bag = child("bag", new EmbeddingBag(5, 3, EmbeddingBag.Mode.MEAN));
  }

  static {
    LAYERS.put("linear", () -> new Linear(3, 2));
    LAYERS.put("linear_no_bias", () -> new Linear(3, 2, Bias.NONE));
    LAYERS.put("linear_vector", () -> new Linear(3, 2));
    LAYERS.put("bilinear", () -> new Bilinear(3, 2, 4, Bias.LEARNED));
    LAYERS.put("conv1d", () -> new Conv1d(2, 4, 3));
    LAYERS.put(
        "conv1d_options",
        () ->
            new Conv1d(
                4,
                6,
                ConvOptions.kernel(3)
                    .withStride(2)
                    .withPadding(2)
                    .withDilation(2)
                    .withGroups(2)
                    .withBias(Bias.NONE)));
    LAYERS.put("conv2d", () -> new Conv2d(3, 4, 3));
    LAYERS.put(
        "conv2d_options",
        () ->
            new Conv2d(
                4,
                8,
                ConvOptions.kernel(3, 2)
                    .withStride(2, 1)
                    .withPadding(1, 2)
                    .withDilation(1, 2)
                    .withGroups(4)));
    LAYERS.put("conv2d_single", () -> new Conv2d(3, 2, 2));
    LAYERS.put(
        "conv3d", () -> new Conv3d(2, 3, ConvOptions.kernel(2).withStride(2).withPadding(1)));
    LAYERS.put(
        "conv_transpose1d",
        () ->
            new ConvTranspose1d(
                4,
                6,
                ConvOptions.kernel(3)
                    .withStride(2)
                    .withPadding(1)
                    .withOutputPadding(1)
                    .withGroups(2)));
    LAYERS.put(
        "conv_transpose2d",
        () ->
            new ConvTranspose2d(
                3, 4, ConvOptions.kernel(3, 2).withStride(2).withPadding(1).withDilation(1, 2)));
    LAYERS.put(
        "conv_transpose2d_no_bias",
        () -> new ConvTranspose2d(2, 2, ConvOptions.kernel(2).withBias(Bias.NONE)));
    LAYERS.put(
        "conv_transpose3d", () -> new ConvTranspose3d(2, 3, ConvOptions.kernel(2).withStride(2)));
    LAYERS.put("batch_norm1d", () -> new BatchNorm1d(3));
    LAYERS.put(
        "batch_norm1d_sequence",
        () ->
            new BatchNorm1d(
                3,
                BatchNormOptions.DEFAULT.withEpsilon(1e-3).withMomentum(OptionalDouble.of(0.3))));
    LAYERS.put("batch_norm2d", () -> new BatchNorm2d(3));
    LAYERS.put(
        "batch_norm2d_plain",
        () -> new BatchNorm2d(3, BatchNormOptions.DEFAULT.withAffine(false).withTracked(false)));
    LAYERS.put(
        "batch_norm2d_cumulative",
        () -> new BatchNorm2d(2, BatchNormOptions.DEFAULT.withMomentum(OptionalDouble.empty())));
    LAYERS.put("batch_norm3d", () -> new BatchNorm3d(2));
    LAYERS.put("instance_norm2d", () -> new InstanceNorm2d(3));
    LAYERS.put("instance_norm2d_affine", () -> new InstanceNorm2d(3, 1e-5, true));
    LAYERS.put("group_norm", () -> new GroupNorm(2, 4));
    LAYERS.put("layer_norm", () -> new LayerNorm(5));
    LAYERS.put("layer_norm_two", () -> new LayerNorm(Shape.of(4, 5), 1e-3, true, Bias.NONE));
    LAYERS.put("layer_norm_plain", () -> new LayerNorm(Shape.of(5), 1e-5, false, Bias.LEARNED));
    LAYERS.put("rms_norm", () -> new RmsNorm(5));
    LAYERS.put("rms_norm_eps", () -> new RmsNorm(Shape.of(4, 5), OptionalDouble.of(1e-3)));
    LAYERS.put("embedding", () -> new Embedding(6, 4));
    LAYERS.put("embedding_padding", () -> new Embedding(6, 4, OptionalInt.of(2)));
    LAYERS.put("embedding_bag_mean", () -> new EmbeddingBag(5, 3, EmbeddingBag.Mode.MEAN));
    LAYERS.put("embedding_bag_sum", () -> new EmbeddingBag(5, 3, EmbeddingBag.Mode.SUM));
    LAYERS.put("embedding_bag_max", () -> new EmbeddingBag(5, 3, EmbeddingBag.Mode.MAX));
    LAYERS.put("embedding_bag_offsets", Bags::new);
    LAYERS.put("dropout_zero", () -> new Dropout(0));
    LAYERS.put("flatten", Flatten::new);
    LAYERS.put("flatten_some", () -> new Flatten(0, 1));
    LAYERS.put("identity", Identity::new);
    LAYERS.put("relu", Relu::new);
    LAYERS.put("relu6", Relu6::new);
    LAYERS.put("sigmoid", Sigmoid::new);
    LAYERS.put("tanh", Tanh::new);
    LAYERS.put("silu", Silu::new);
    LAYERS.put("mish", Mish::new);
    LAYERS.put("softsign", Softsign::new);
    LAYERS.put("hardswish", Hardswish::new);
    LAYERS.put("hardsigmoid", Hardsigmoid::new);
    LAYERS.put("log_sigmoid", LogSigmoid::new);
    LAYERS.put("selu", Selu::new);
    LAYERS.put("leaky_relu", LeakyRelu::new);
    LAYERS.put("leaky_relu_slope", () -> new LeakyRelu(0.2));
    LAYERS.put("elu", Elu::new);
    LAYERS.put("celu", () -> new Celu(2));
    LAYERS.put("hardtanh", Hardtanh::new);
    LAYERS.put("softplus", Softplus::new);
    LAYERS.put("gelu", Gelu::new);
    LAYERS.put("gelu_tanh", () -> new Gelu(Approximation.TANH));
    LAYERS.put("prelu", PRelu::new);
    LAYERS.put("prelu_channels", () -> new PRelu(3));
    LAYERS.put("softmax", () -> new Softmax(1));
    LAYERS.put("log_softmax", () -> new LogSoftmax(-1));
    LAYERS.put("max_pool1d", () -> new MaxPool1d(2));
    LAYERS.put(
        "max_pool2d", () -> new MaxPool2d(PoolOptions.window(3).withStride(2).withPadding(1)));
    LAYERS.put(
        "max_pool2d_options",
        () ->
            new MaxPool2d(
                PoolOptions.window(2, 3).withStride(2, 1).withDilation(2, 1).withCeiling(true)));
    LAYERS.put("max_pool3d", () -> new MaxPool3d(2));
    LAYERS.put(
        "avg_pool1d", () -> new AvgPool1d(PoolOptions.window(3).withStride(2).withPadding(1)));
    LAYERS.put("avg_pool2d", () -> new AvgPool2d(2));
    LAYERS.put(
        "avg_pool2d_options",
        () ->
            new AvgPool2d(
                PoolOptions.window(3, 2)
                    .withStride(2)
                    .withPadding(1)
                    .withCeiling(true)
                    .withCounted(Window.Padding.IGNORED)));
    LAYERS.put(
        "avg_pool2d_ceil",
        () -> new AvgPool2d(PoolOptions.window(3).withStride(2).withPadding(1).withCeiling(true)));
    LAYERS.put("avg_pool3d", () -> new AvgPool3d(2));
    LAYERS.put("adaptive_avg_pool1d", () -> new AdaptiveAvgPool1d(3));
    LAYERS.put("adaptive_avg_pool2d", () -> new AdaptiveAvgPool2d(3, 2));
    LAYERS.put("adaptive_avg_pool2d_one", () -> new AdaptiveAvgPool2d(1));
    LAYERS.put("adaptive_avg_pool3d", () -> new AdaptiveAvgPool3d(2));
    LAYERS.put(
        "sequential",
        () ->
            new Sequential(
                new Linear(3, 4), new Relu(), new Sequential(new Linear(4, 2), new Tanh())));
    LAYERS.put("rnn", () -> new Rnn(3, 4));
    LAYERS.put("rnn_relu", () -> new Rnn(3, 4, BOTH_WAYS.withBatchFirst(true), Nonlinearity.RELU));
    LAYERS.put("lstm", () -> new Lstm(3, 4));
    LAYERS.put("lstm_options", () -> new Lstm(3, 4, BOTH_WAYS.withBatchFirst(true)));
    LAYERS.put("lstm_projected", () -> new Lstm(3, 4, TWO.withProjection(2).withBias(Bias.NONE)));
    LAYERS.put("lstm_single", () -> new Lstm(3, 4));
    LAYERS.put("gru", () -> new Gru(3, 4));
    LAYERS.put("gru_options", () -> new Gru(3, 4, BOTH_WAYS.withLayers(3)));
    LAYERS.put("attention", () -> new MultiheadAttention(8, 2));
    LAYERS.put(
        "attention_options",
        () ->
            new MultiheadAttention(
                8, 4, AttentionOptions.DEFAULT.withBias(Bias.NONE).withBatchFirst(true)));
    LAYERS.put(
        "attention_sizes",
        () -> new MultiheadAttention(8, 2, AttentionOptions.DEFAULT.withSizes(6, 4)));
    LAYERS.put(
        "attention_added",
        () ->
            new MultiheadAttention(
                8, 2, AttentionOptions.DEFAULT.withKeyValueBias(true).withZeroAttention(true)));
    LAYERS.put("encoder_layer", () -> new TransformerEncoderLayer(8, 2, SMALL));
    LAYERS.put(
        "encoder_layer_options",
        () ->
            new TransformerEncoderLayer(
                8,
                2,
                SMALL.withActivation(Activation.GELU).withBatchFirst(true).withNormFirst(true)));
    LAYERS.put("decoder_layer", () -> new TransformerDecoderLayer(8, 2, SMALL));
    LAYERS.put(
        "decoder_layer_options",
        () -> new TransformerDecoderLayer(8, 2, SMALL.withNormFirst(true)));
    LAYERS.put(
        "encoder", () -> new TransformerEncoder(() -> new TransformerEncoderLayer(8, 2, SMALL), 3));
    LAYERS.put("transformer", () -> new Transformer(8, 2, 2, 2, SMALL));
  }

  private static Dict golden(String file) {
    try {
      return Checkpoints.load(GoldenFiles.find("nn").resolve(file)).asDict();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> cases() {
    assertEquals(
        GOLDEN.entries().keySet().stream().map(Value::asText).sorted().toList(),
        LAYERS.keySet().stream().sorted().toList());
    return LAYERS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void beginsLikePyTorchs(String name, Supplier<NnModule> made) {
    Dict expected = GOLDEN.at(name).asDict();
    Generator.DEFAULT.manualSeed(0);
    NnModule layer = made.get();
    assertEquals(expected.at("text").asText(), layer.toString());
    StateDict state = layer.stateDict();
    StateDict golden = expected.at("state").asStateDict();
    assertEquals(List.copyOf(golden.tensors().keySet()), List.copyOf(state.tensors().keySet()));
    golden.tensors().forEach((key, tensor) -> assertTrue(tensor.sameBits(state.tensor(key)), key));
    Dict versions = state.attributes().at("_metadata").asDict();
    expected
        .at("versions")
        .asDict()
        .entries()
        .forEach((path, version) ->
            assertEquals(version, versions.at(path.asText(), "version"), path.asText()));
    assertTrue(expected.at("rand_after").asTensor().sameBits(Generator.DEFAULT.rand(1)));
  }

  static Stream<Arguments> casesAndTypes() {
    return cases()
        .flatMap(c ->
            Stream.of(DType.FLOAT32, DType.FLOAT64)
                .map(dtype -> Arguments.of(c.get()[0], c.get()[1], dtype)));
  }

  @ParameterizedTest(name = "{0} in {2}")
  @MethodSource("casesAndTypes")
  void computesWhatPyTorchComputes(String name, Supplier<NnModule> made, DType dtype) {
    Dict golden = GOLDEN.at(name).asDict();
    Dict expected = golden.at(dtype.label()).asDict();
    NnModule layer = made.get();
    layer.loadStateDict(golden.at("state").asStateDict());
    layer.to(dtype);
    List<Parameter> inputs = new ArrayList<>();
    List<Tensor> given = new ArrayList<>();
    for (Value value : golden.at("inputs").asList()) {
      Tensor input = value.asTensor();
      if (input.dtype().isFloatingPoint()) {
        Parameter cell = new Parameter(input.to(dtype));
        inputs.add(cell);
        given.add(cell.value());
      } else {
        given.add(input);
      }
    }
    List<Tensor> outputs = run(layer, given);
    assertClose("output", expected.at("outputs"), outputs);
    Tensor loss = Tensor.scalar(0).to(dtype);
    for (int i = 0; i < outputs.size(); i++) {
      Tensor weight = golden.at("weights", i).asTensor().to(dtype);
      loss = loss.add(outputs.get(i).mul(weight).sum());
    }
    loss.backward();
    assertClose(
        "gradient by input",
        expected.at("grad_inputs"),
        inputs.stream().map(Parameter::grad).flatMap(Optional::stream).toList());
    for (var entry : layer.namedParameters().entrySet()) {
      Optional<Value> grad = expected.at("grad_params").asDict().get(entry.getKey());
      assertEquals(grad.isPresent(), entry.getValue().grad().isPresent(), entry.getKey());
      grad.ifPresent(
          g -> assertClose(entry.getKey(), g.asTensor(), entry.getValue().grad().orElseThrow()));
    }
    layer
        .namedBuffers()
        .forEach((key, buffer) ->
            assertClose(key, expected.at("buffers").asDict().at(key).asTensor(), buffer.value()));
    layer.eval();
    try (NoGrad _ = NoGrad.begin()) {
      assertClose("output in use", expected.at("eval"), run(layer, given));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isBuiltFromTheWholeModelThatPyTorchWrote(String name, Supplier<NnModule> made) {
    Dict golden = GOLDEN.at(name).asDict();
    Tensor random = Generator.DEFAULT.state();
    NnModule layer =
        TorchModules.standard().with("__main__.Bags", Bags::new).build(MODULES.at(name));
    assertTrue(random.sameBits(Generator.DEFAULT.state()), "random numbers were drawn");
    assertEquals(golden.at("text").asText(), layer.toString());
    StateDict state = golden.at("state").asStateDict();
    assertEquals(
        List.copyOf(state.tensors().keySet()), List.copyOf(layer.stateDict().tensors().keySet()));
    state
        .tensors()
        .forEach((key, tensor) -> assertTrue(tensor.sameBits(layer.stateDict().tensor(key)), key));
    assertTrue(layer.isTraining());
    List<Tensor> inputs = golden.at("inputs").asList().stream().map(Value::asTensor).toList();
    assertClose("output", golden.at("float32", "outputs"), run(layer, inputs));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isDescribedAsPyTorchWritesIt(String name, Supplier<NnModule> made) {
    NnModule layer = made.get();
    layer.loadStateDict(GOLDEN.at(name, "state").asStateDict());
    Value described = TorchModules.describe(layer);
    assertEquals("", Values.difference(MODULES.at(name), described, Values.Strictness.EVERYTHING));
  }

  /// PyTorch runs what is described here, when it is found.
  @Test
  void describedLayersWorkInPyTorch(@TempDir Path folder) throws IOException {
    Peer python = Peer.python("torch");
    Dict.Builder models = Dict.builder();
    LAYERS.forEach((name, made) -> {
      NnModule layer = made.get();
      layer.loadStateDict(GOLDEN.at(name, "state").asStateDict());
      models.put(name, TorchModules.describe(layer));
    });
    Path file = folder.resolve("models.pt");
    Checkpoints.save(
        models.build(), file, SaveOptions.DEFAULT.withObjects(SaveOptions.Objects.KEEP));
    try (InputStream in = LayerGoldenTest.class.getResourceAsStream("run_models.py")) {
      String script = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      String ran = python.run(script, GoldenFiles.find("nn").resolve("layers.pt"), file);
      assertEquals(List.copyOf(LAYERS.keySet()), ran.lines().toList());
    }
  }

  private static List<Tensor> run(NnModule layer, List<Tensor> x) {
    return switch (layer) {
      case Layer single -> List.of(single.forward(x.getFirst()));
      case Bilinear bilinear -> List.of(bilinear.forward(x.get(0), x.get(1)));
      case EmbeddingBag bag -> List.of(bag.forward(x.getFirst()));
      case Bags bags -> List.of(bags.bag.forward(x.get(0), x.get(1)));
      case Recurrent network -> flat(network.forward(x.getFirst()));
      case MultiheadAttention attention -> {
        AttentionOutput output = attention.forward(x.get(0), x.get(1), x.get(2));
        yield List.of(output.output(), output.weights());
      }
      case TransformerEncoderLayer encoder ->
          List.of(encoder.forward(x.getFirst(), AttentionMask.NONE));
      case TransformerDecoderLayer decoder ->
          List.of(decoder.forward(x.get(0), x.get(1), AttentionMask.NONE, AttentionMask.NONE));
      case TransformerEncoder encoder -> List.of(encoder.forward(x.getFirst(), AttentionMask.NONE));
      case Transformer transformer ->
          List.of(transformer.forward(x.get(0), x.get(1), AttentionMask.NONE));
      default -> throw new AssertionError("no way to run " + layer);
    };
  }

  private static List<Tensor> flat(RecurrentOutput output) {
    List<Tensor> all = new ArrayList<>(List.of(output.output(), output.hidden()));
    output.cell().ifPresent(all::add);
    return all;
  }

  private static void assertClose(String what, Value expected, List<Tensor> found) {
    assertEquals(expected.asList().size(), found.size(), what);
    for (int i = 0; i < found.size(); i++) {
      assertClose(what + " " + i, expected.at(i).asTensor(), found.get(i));
    }
  }

  static void assertClose(String what, Tensor expected, Tensor found) {
    assertEquals(expected.shape(), found.shape(), what);
    double[] a = found.toDoubleArray();
    double[] b = expected.toDoubleArray();
    double largest = Arrays.stream(b).map(Math::abs).max().orElse(0);
    double tolerance = (found.dtype() == DType.FLOAT64 ? 1e-12 : 1e-6) * largest;
    for (int i = 0; i < a.length; i++) {
      assertEquals(b[i], a[i], tolerance, what + "[" + i + "], the largest is " + largest);
    }
  }
}
