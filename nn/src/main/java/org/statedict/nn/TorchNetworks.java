package org.statedict.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import org.statedict.nn.Rnn.Nonlinearity;
import org.statedict.nn.TorchModules.Construction;
import org.statedict.nn.TransformerOptions.Activation;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Tensor;
import org.statedict.tensor.Value;

/// Containers, recurrent networks, attentions and transformers, by PyTorch's class names, made from
/// PyTorch's fields.
final class TorchNetworks {
  static final Map<String, BiFunction<Construction, TorchFields, NnModule>> CLASSES =
      new HashMap<>();

  private static final String LAYERS = "layers";
  private static final String NORM = "norm";
  private static final String FIRST = "0";

  static {
    put("container.Sequential", TorchNetworks::sequential);
    put("container.ModuleList", (m, f) -> new ModuleList<>(List.copyOf(children(m, f).values())));
    put("container.ModuleDict", (m, f) -> new ModuleDict(children(m, f)));
    put("container.ParameterList", (_, f) -> parameters(f));
    put("rnn.RNN", (_, f) -> rnn(f));
    put("rnn.GRU", (_, f) -> new Gru(inside(f), hidden(f), recurrent(f)));
    put("rnn.LSTM", (_, f) -> new Lstm(inside(f), hidden(f), recurrent(f)));
    put("activation.MultiheadAttention", (_, f) -> attention(f));
    put("transformer.TransformerEncoderLayer", (_, f) -> encoderLayer(f));
    put("transformer.TransformerDecoderLayer", (_, f) -> decoderLayer(f));
    put("transformer.TransformerEncoder", (_, f) -> encoder(f));
    put("transformer.TransformerDecoder", (_, f) -> decoder(f));
    put("transformer.Transformer", (_, f) -> transformer(f));
  }

  private TorchNetworks() {}

  private static void put(String name, BiFunction<Construction, TorchFields, NnModule> made) {
    CLASSES.put(TorchLayers.PACKAGE + name, made);
  }

  private static SequencedMap<String, NnModule> children(Construction modules, TorchFields f) {
    SequencedMap<String, NnModule> children = new LinkedHashMap<>();
    f.children().forEach((name, child) -> children.put(name, modules.create(child)));
    return children;
  }

  private static Sequential sequential(Construction modules, TorchFields f) {
    SequencedMap<String, Layer> layers = new LinkedHashMap<>();
    children(modules, f)
        .forEach((name, child) -> {
          if (!(child instanceof Layer layer)) {
            throw f.problem(
                "has '%s' at '%s', which takes more than one tensor"
                    .formatted(child.pythonName(), name));
          }
          layers.put(name, layer);
        });
    return new Sequential(layers);
  }

  private static ParameterList parameters(TorchFields f) {
    List<Tensor> initial = new ArrayList<>();
    f.parameters().entries().values().forEach(value -> initial.add(value.asTensor()));
    return new ParameterList(initial);
  }

  private static int inside(TorchFields f) {
    return f.integer("input_size");
  }

  private static int hidden(TorchFields f) {
    return f.integer("hidden_size");
  }

  private static RecurrentOptions recurrent(TorchFields f) {
    return RecurrentOptions.DEFAULT
        .withLayers(f.integer("num_layers"))
        .withBias(f.flag("bias") ? Bias.LEARNED : Bias.NONE)
        .withBatchFirst(f.flag("batch_first"))
        .withDropout(f.number("dropout"))
        .withBidirectional(f.flag("bidirectional"))
        .withProjection(f.find("proj_size").isPresent() ? f.integer("proj_size") : 0);
  }

  private static Rnn rnn(TorchFields f) {
    String mode = f.require("mode", "RNN_TANH", "RNN_RELU").text("mode");
    return new Rnn(
        inside(f),
        hidden(f),
        recurrent(f),
        mode.equals("RNN_RELU") ? Nonlinearity.RELU : Nonlinearity.TANH);
  }

  private static AttentionOptions attentionOptions(TorchFields f) {
    return AttentionOptions.DEFAULT
        .withDropout(f.number("dropout"))
        .withBias(f.bias("in_proj_bias"))
        .withBatchFirst(f.flag("batch_first"))
        .withKeyValueBias(f.hasParameter("bias_k"))
        .withZeroAttention(f.flag("add_zero_attn"))
        .withSizes(f.integer("kdim"), f.integer("vdim"));
  }

  private static int size(TorchFields attention) {
    return attention.integer("embed_dim");
  }

  private static int heads(TorchFields attention) {
    return attention.integer("num_heads");
  }

  private static MultiheadAttention attention(TorchFields f) {
    return new MultiheadAttention(size(f), heads(f), attentionOptions(f));
  }

  private static TransformerOptions options(TorchFields f) {
    return new TransformerOptions(
        f.child("linear1").integer("out_features"),
        f.child("dropout").number("p"),
        activation(f),
        f.child("norm1").number("eps"),
        f.child("self_attn").flag("batch_first"),
        f.flag("norm_first"),
        f.child("linear1").bias("bias"));
  }

  /// The function between the linear layers, by its name.
  private static Activation activation(TorchFields f) {
    Value function = f.find("activation").orElse(Scalar.Nil.NONE);
    String name = function == Scalar.Nil.NONE ? "relu" : function.toString();
    if (name.endsWith("relu")) {
      return Activation.RELU;
    }
    if (name.endsWith("gelu")) {
      return Activation.GELU;
    }
    throw f.problem("has the activation %s, which is not supported".formatted(name));
  }

  private static TransformerEncoderLayer encoderLayer(TorchFields f) {
    TorchFields attention = f.child("self_attn");
    return new TransformerEncoderLayer(size(attention), heads(attention), options(f));
  }

  private static TransformerDecoderLayer decoderLayer(TorchFields f) {
    TorchFields attention = f.child("self_attn");
    return new TransformerDecoderLayer(size(attention), heads(attention), options(f));
  }

  private static Optional<LayerNorm> norm(TorchFields f) {
    return Optional.ofNullable(f.children().get(NORM))
        .map(norm -> (LayerNorm) layer(norm, "normalization.LayerNorm"));
  }

  private static NnModule layer(TorchFields f, String expected) {
    String name = TorchLayers.PACKAGE + expected;
    var made = TorchLayers.CLASSES.get(name);
    if (made == null || !f.className().equals(name)) {
      throw f.problem("is not the %s that is expected here".formatted(expected));
    }
    return made.apply(f);
  }

  private static TransformerEncoder encoder(TorchFields f) {
    TorchFields layers = f.child(LAYERS);
    TorchFields first = layers.child(FIRST);
    return new TransformerEncoder(() -> encoderLayer(first), layers.children().size(), norm(f));
  }

  private static TransformerDecoder decoder(TorchFields f) {
    TorchFields layers = f.child(LAYERS);
    TorchFields first = layers.child(FIRST);
    return new TransformerDecoder(() -> decoderLayer(first), layers.children().size(), norm(f));
  }

  private static Transformer transformer(TorchFields f) {
    TorchFields encoder = f.child("encoder").child(LAYERS);
    TorchFields decoder = f.child("decoder").child(LAYERS);
    TorchFields attention = encoder.child(FIRST).child("self_attn");
    return new Transformer(
        size(attention),
        heads(attention),
        encoder.children().size(),
        decoder.children().size(),
        options(encoder.child(FIRST)));
  }
}
