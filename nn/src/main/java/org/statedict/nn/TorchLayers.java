package org.statedict.nn;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.statedict.nn.Gelu.Approximation;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Window;

/// Layers without modules in them, by PyTorch's class names, made from PyTorch's fields.
final class TorchLayers {
  static final Map<String, Function<TorchFields, NnModule>> CLASSES = new HashMap<>();

  static final String PACKAGE = "torch.nn.modules.";

  private static final String IN = "in_channels";
  private static final String OUT = "out_channels";

  static {
    CLASSES.put(PACKAGE + "activation.ReLU", _ -> new Relu());
    CLASSES.put(PACKAGE + "activation.ReLU6", _ -> new Relu6());
    CLASSES.put(PACKAGE + "activation.Sigmoid", _ -> new Sigmoid());
    CLASSES.put(PACKAGE + "activation.Tanh", _ -> new Tanh());
    CLASSES.put(PACKAGE + "activation.SiLU", _ -> new Silu());
    CLASSES.put(PACKAGE + "activation.Mish", _ -> new Mish());
    CLASSES.put(PACKAGE + "activation.Softsign", _ -> new Softsign());
    CLASSES.put(PACKAGE + "activation.Hardswish", _ -> new Hardswish());
    CLASSES.put(PACKAGE + "activation.Hardsigmoid", _ -> new Hardsigmoid());
    CLASSES.put(PACKAGE + "activation.LogSigmoid", _ -> new LogSigmoid());
    CLASSES.put(PACKAGE + "activation.SELU", _ -> new Selu());
    CLASSES.put(PACKAGE + "linear.Identity", _ -> new Identity());
    CLASSES.put(PACKAGE + "activation.LeakyReLU", f -> new LeakyRelu(f.number("negative_slope")));
    CLASSES.put(PACKAGE + "activation.ELU", f -> new Elu(f.number("alpha")));
    CLASSES.put(PACKAGE + "activation.CELU", f -> new Celu(f.number("alpha")));
    CLASSES.put(
        PACKAGE + "activation.Hardtanh",
        f -> new Hardtanh(f.number("min_val"), f.number("max_val")));
    CLASSES.put(
        PACKAGE + "activation.Softplus",
        f -> new Softplus(f.number("beta"), f.number("threshold")));
    CLASSES.put(PACKAGE + "activation.GELU", f -> new Gelu(approximation(f)));
    CLASSES.put(PACKAGE + "activation.PReLU", f -> new PRelu(f.integer("num_parameters")));
    CLASSES.put(PACKAGE + "activation.Softmax", f -> new Softmax(f.integer("dim")));
    CLASSES.put(PACKAGE + "activation.LogSoftmax", f -> new LogSoftmax(f.integer("dim")));
    CLASSES.put(
        PACKAGE + "linear.Linear",
        f -> new Linear(f.integer("in_features"), f.integer("out_features"), f.bias("bias")));
    CLASSES.put(
        PACKAGE + "linear.NonDynamicallyQuantizableLinear",
        f ->
            new NonDynamicallyQuantizableLinear(
                f.integer("in_features"), f.integer("out_features"), f.bias("bias")));
    CLASSES.put(
        PACKAGE + "linear.Bilinear",
        f ->
            new Bilinear(
                f.integer("in1_features"),
                f.integer("in2_features"),
                f.integer("out_features"),
                f.bias("bias")));
    CLASSES.put(PACKAGE + "conv.Conv1d", f -> new Conv1d(f.integer(IN), f.integer(OUT), conv(f)));
    CLASSES.put(
        PACKAGE + "conv.ConvTranspose1d",
        f -> new ConvTranspose1d(f.integer(IN), f.integer(OUT), conv(f)));
    CLASSES.put(
        PACKAGE + "batchnorm.BatchNorm1d",
        f -> new BatchNorm1d(f.integer("num_features"), batchNorm(f)));
    CLASSES.put(PACKAGE + "pooling.MaxPool1d", f -> new MaxPool1d(maxPool(f)));
    CLASSES.put(PACKAGE + "pooling.AvgPool1d", f -> new AvgPool1d(averagePool(f)));
    CLASSES.put(
        PACKAGE + "pooling.AdaptiveAvgPool1d",
        f -> new AdaptiveAvgPool1d(f.integers("output_size")));
    CLASSES.put(PACKAGE + "conv.Conv2d", f -> new Conv2d(f.integer(IN), f.integer(OUT), conv(f)));
    CLASSES.put(
        PACKAGE + "conv.ConvTranspose2d",
        f -> new ConvTranspose2d(f.integer(IN), f.integer(OUT), conv(f)));
    CLASSES.put(
        PACKAGE + "batchnorm.BatchNorm2d",
        f -> new BatchNorm2d(f.integer("num_features"), batchNorm(f)));
    CLASSES.put(PACKAGE + "pooling.MaxPool2d", f -> new MaxPool2d(maxPool(f)));
    CLASSES.put(PACKAGE + "pooling.AvgPool2d", f -> new AvgPool2d(averagePool(f)));
    CLASSES.put(
        PACKAGE + "pooling.AdaptiveAvgPool2d",
        f -> new AdaptiveAvgPool2d(f.integers("output_size")));
    CLASSES.put(PACKAGE + "conv.Conv3d", f -> new Conv3d(f.integer(IN), f.integer(OUT), conv(f)));
    CLASSES.put(
        PACKAGE + "conv.ConvTranspose3d",
        f -> new ConvTranspose3d(f.integer(IN), f.integer(OUT), conv(f)));
    CLASSES.put(
        PACKAGE + "batchnorm.BatchNorm3d",
        f -> new BatchNorm3d(f.integer("num_features"), batchNorm(f)));
    CLASSES.put(PACKAGE + "pooling.MaxPool3d", f -> new MaxPool3d(maxPool(f)));
    CLASSES.put(PACKAGE + "pooling.AvgPool3d", f -> new AvgPool3d(averagePool(f)));
    CLASSES.put(
        PACKAGE + "pooling.AdaptiveAvgPool3d",
        f -> new AdaptiveAvgPool3d(f.integers("output_size")));
    CLASSES.put(
        PACKAGE + "instancenorm.InstanceNorm2d",
        f ->
            new InstanceNorm2d(
                f.require("track_running_stats", "False").integer("num_features"),
                f.number("eps"),
                f.hasParameter("weight")));
    CLASSES.put(
        PACKAGE + "normalization.LayerNorm",
        f ->
            new LayerNorm(
                Shape.of(f.longs("normalized_shape")),
                f.number("eps"),
                f.hasParameter("weight"),
                f.bias("bias")));
    CLASSES.put(
        PACKAGE + "normalization.RMSNorm",
        f ->
            new RmsNorm(
                Shape.of(f.require("elementwise_affine", "True").longs("normalized_shape")),
                f.find("eps").isPresent()
                    ? OptionalDouble.of(f.number("eps"))
                    : OptionalDouble.empty()));
    CLASSES.put(
        PACKAGE + "normalization.GroupNorm",
        f ->
            new GroupNorm(
                f.integer("num_groups"),
                f.integer("num_channels"),
                f.number("eps"),
                f.hasParameter("weight")));
    CLASSES.put(
        PACKAGE + "sparse.Embedding",
        f ->
            new Embedding(
                f.require("max_norm").integer("num_embeddings"),
                f.integer("embedding_dim"),
                f.optionalInteger("padding_idx")));
    CLASSES.put(PACKAGE + "sparse.EmbeddingBag", TorchLayers::bag);
    CLASSES.put(PACKAGE + "dropout.Dropout", f -> new Dropout(f.number("p")));
    CLASSES.put(
        PACKAGE + "flatten.Flatten",
        f -> new Flatten(f.integer("start_dim"), f.integer("end_dim")));
  }

  private TorchLayers() {}

  private static Approximation approximation(TorchFields f) {
    return f.require("approximate", "none", "tanh").text("approximate").equals("tanh")
        ? Approximation.TANH
        : Approximation.NONE;
  }

  private static ConvOptions conv(TorchFields f) {
    return ConvOptions.kernel(f.require("padding_mode", "zeros").integers("kernel_size"))
        .withStride(f.integers("stride"))
        .withPadding(f.integers("padding"))
        .withDilation(f.integers("dilation"))
        .withOutputPadding(f.integers("output_padding"))
        .withGroups(f.integer("groups"))
        .withBias(f.bias("bias"));
  }

  private static BatchNormOptions batchNorm(TorchFields f) {
    return BatchNormOptions.DEFAULT
        .withEpsilon(f.number("eps"))
        .withMomentum(
            f.find("momentum").isPresent()
                ? OptionalDouble.of(f.number("momentum"))
                : OptionalDouble.empty())
        .withAffine(f.hasParameter("weight"))
        .withTracked(f.flag("track_running_stats"));
  }

  private static PoolOptions pool(TorchFields f) {
    PoolOptions options =
        PoolOptions.window(f.integers("kernel_size"))
            .withPadding(f.integers("padding"))
            .withCeiling(f.flag("ceil_mode"));
    return f.find("stride").isPresent() ? options.withStride(f.integers("stride")) : options;
  }

  private static PoolOptions maxPool(TorchFields f) {
    return pool(f.require("return_indices", "False")).withDilation(f.integers("dilation"));
  }

  private static PoolOptions averagePool(TorchFields f) {
    boolean counted = f.require("divisor_override").flag("count_include_pad");
    return pool(f).withCounted(counted ? Window.Padding.COUNTED : Window.Padding.IGNORED);
  }

  private static EmbeddingBag bag(TorchFields f) {
    f.require("max_norm").require("padding_idx").require("include_last_offset", "False");
    String mode = f.require("mode", "mean", "sum", "max").text("mode");
    return new EmbeddingBag(
        f.integer("num_embeddings"),
        f.integer("embedding_dim"),
        EmbeddingBag.Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
  }
}
