package org.statedict.nn;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar.Nil;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Window;

/// What PyTorch calls a module's class, and the fields that objects of the class have of their own.
///
/// @param name with its package
/// @param fields in PyTorch's order
record TorchClass(String name, Dict fields) {
  /// A class of PyTorch's layers.
  ///
  /// @param fields names and values, one behind the other
  static TorchClass of(String name, Object... fields) {
    return new TorchClass(TorchLayers.PACKAGE + name, Dict.of(fields));
  }

  /// A class of a user's own, under the name that its Python module has; without a dot it is one of
  /// the main program.
  static TorchClass own(NnModule module) {
    String name = module.pythonName();
    return new TorchClass(name.contains(".") ? name : "__main__." + name, module.pythonFields());
  }

  static TorchClass of(NnModule module) {
    return switch (module) {
      case Linear linear -> linear(linear);
      case Bilinear bilinear ->
          of(
              "linear.Bilinear",
              "in1_features",
              bilinear.weight.shape().dim(1),
              "in2_features",
              bilinear.weight.shape().dim(2),
              "out_features",
              bilinear.weight.shape().dim(0));
      case Identity _ -> of("linear.Identity");
      case Convolution convolution -> convolution(convolution);
      case Pool pool -> pool(pool);
      case AdaptiveAvgPool pool -> of(named("pooling", pool), "output_size", one(pool.stated));
      case BatchNorm norm -> norm(named("batchnorm", norm), norm.features, norm.options);
      case InstanceNorm2d norm ->
          norm("instancenorm.InstanceNorm2d", norm.features, norm.options());
      case LayerNorm norm ->
          of(
              "normalization.LayerNorm",
              "normalized_shape",
              tuple(norm.normalized.toList()),
              "eps",
              norm.epsilon,
              "elementwise_affine",
              norm.weight.isPresent());
      case RmsNorm norm ->
          of(
              "normalization.RMSNorm",
              "normalized_shape",
              tuple(norm.normalized.toList()),
              "eps",
              TorchValues.orNone(norm.epsilon),
              "elementwise_affine",
              true);
      case GroupNorm norm ->
          of(
              "normalization.GroupNorm",
              "num_groups",
              norm.groups,
              "num_channels",
              norm.channels,
              "eps",
              norm.epsilon,
              "affine",
              norm.affine.isPresent());
      case Dropout dropout -> of("dropout.Dropout", "p", dropout.probability, "inplace", false);
      case Flatten flatten ->
          of("flatten.Flatten", "start_dim", flatten.first, "end_dim", flatten.last);
      case Embedding embedding -> embedding(embedding);
      case EmbeddingBag bag -> bag(bag);
      case Sequential _, ModuleList<?> _, ModuleDict _ -> of(named("container", module));
      case ParameterList list -> of("container.ParameterList", "_size", list.items().size());
      default -> TorchActivations.of(module).orElseGet(() -> TorchNetworkClasses.of(module));
    };
  }

  /// A class of the same name in a package of PyTorch.
  static String named(String pack, NnModule module) {
    return pack + "." + module.getClass().getSimpleName();
  }

  static Seq tuple(List<? extends Number> values) {
    return Seq.tuple(values.toArray());
  }

  /// One number, or several as a tuple.
  private static Object one(List<Integer> values) {
    return values.size() == 1 ? values.getFirst() : tuple(values);
  }

  private static TorchClass linear(Linear linear) {
    return of(
        named("linear", linear),
        "in_features",
        linear.weight().shape().dim(1),
        "out_features",
        linear.weight().shape().dim(0));
  }

  private static TorchClass convolution(Convolution c) {
    return of(
        named("conv", c),
        "in_channels",
        c.inChannels,
        "out_channels",
        c.outChannels,
        "kernel_size",
        tuple(c.options.size()),
        "stride",
        tuple(c.options.stride()),
        "padding",
        tuple(c.options.padding()),
        "dilation",
        tuple(c.options.dilation()),
        "transposed",
        c instanceof TransposedConvolution,
        "output_padding",
        tuple(c.options.outputPadding()),
        "groups",
        c.options.groups(),
        "padding_mode",
        "zeros",
        "_reversed_padding_repeated_twice",
        tuple(
            c.options.padding().reversed().stream()
                .flatMap(p -> List.of(p, p).stream())
                .collect(Collectors.toList())));
  }

  private static TorchClass pool(Pool pool) {
    PoolOptions options = pool.options;
    if (pool instanceof MaxPool) {
      return of(
          named("pooling", pool),
          "kernel_size",
          one(options.size()),
          "stride",
          one(options.moved()),
          "padding",
          one(options.padding()),
          "dilation",
          one(options.dilation()),
          "return_indices",
          false,
          "ceil_mode",
          options.ceiling());
    }
    boolean flat = pool.rank == 1;
    Dict.Builder fields = Dict.builder();
    TorchClass common =
        of(
            named("pooling", pool),
            "kernel_size",
            flat ? tuple(options.size()) : one(options.size()),
            "stride",
            flat ? tuple(options.moved()) : one(options.moved()),
            "padding",
            flat ? tuple(options.padding()) : one(options.padding()),
            "ceil_mode",
            options.ceiling(),
            "count_include_pad",
            options.counted() == Window.Padding.COUNTED);
    common.fields.entries().forEach(fields::put);
    if (!flat) {
      fields.put("divisor_override", Nil.NONE);
    }
    return new TorchClass(common.name, fields.build());
  }

  private static TorchClass norm(String name, int features, BatchNormOptions options) {
    return of(
        name,
        "num_features",
        features,
        "eps",
        options.epsilon(),
        "momentum",
        TorchValues.orNone(options.momentum()),
        "affine",
        options.affine(),
        "track_running_stats",
        options.tracked());
  }

  private static TorchClass embedding(Embedding embedding) {
    return of(
        "sparse.Embedding",
        "num_embeddings",
        embedding.weight().shape().dim(0),
        "embedding_dim",
        embedding.weight().shape().dim(1),
        "padding_idx",
        TorchValues.orNone(embedding.padding),
        "max_norm",
        Nil.NONE,
        "norm_type",
        2.0,
        "scale_grad_by_freq",
        false,
        "sparse",
        false);
  }

  private static TorchClass bag(EmbeddingBag bag) {
    return of(
        "sparse.EmbeddingBag",
        "num_embeddings",
        bag.weight.shape().dim(0),
        "embedding_dim",
        bag.weight.shape().dim(1),
        "max_norm",
        Nil.NONE,
        "norm_type",
        2.0,
        "scale_grad_by_freq",
        false,
        "padding_idx",
        Nil.NONE,
        "mode",
        bag.mode.name().toLowerCase(Locale.ROOT),
        "sparse",
        false,
        "include_last_offset",
        false);
  }
}
