package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import org.statedict.nn.TransformerOptions.Activation;
import org.statedict.tensor.Dict;
import org.statedict.tensor.Scalar;
import org.statedict.tensor.Seq;
import org.statedict.tensor.Value;

/// PyTorch's classes of recurrent networks, attentions and transformers, with their fields; any
/// other class is a user's own.
final class TorchNetworkClasses {
  private static final String NORM_FIRST = "norm_first";
  private static final String LAYERS = "num_layers";

  private TorchNetworkClasses() {}

  static TorchClass of(NnModule module) {
    return switch (module) {
      case Recurrent network -> recurrent(network);
      case MultiheadAttention attention -> attention(attention);
      case TransformerEncoderLayer layer -> encoderLayer(layer.options);
      case TransformerDecoderLayer layer ->
          TorchClass.of(
              "transformer.TransformerDecoderLayer",
              NORM_FIRST,
              layer.options.normFirst(),
              "activation",
              function(layer.options.activation()));
      case TransformerEncoder encoder -> encoder(encoder);
      case TransformerDecoder decoder ->
          withNorm(
              decoder.norm.isPresent(),
              "transformer.TransformerDecoder",
              LAYERS,
              decoder.layers.modules().size());
      case Transformer transformer ->
          TorchClass.of(
              "transformer.Transformer",
              "d_model",
              transformer.size,
              "nhead",
              transformer.heads,
              "batch_first",
              transformer.batchFirst);
      default -> TorchClass.own(module);
    };
  }

  /// A normalization that is not there is a field.
  private static TorchClass withNorm(boolean isThere, String name, Object... fields) {
    List<Object> all = new ArrayList<>(List.of(fields));
    if (!isThere) {
      all.addAll(2, List.of("norm", Scalar.Nil.NONE));
    }
    return TorchClass.of(name, all.toArray());
  }

  private static TorchClass encoder(TransformerEncoder encoder) {
    return withNorm(
        encoder.norm.isPresent(),
        "transformer.TransformerEncoder",
        LAYERS,
        encoder.layers.modules().size(),
        "enable_nested_tensor",
        true,
        "use_nested_tensor",
        false,
        "mask_check",
        true);
  }

  private static TorchClass encoderLayer(TransformerOptions options) {
    return TorchClass.of(
        "transformer.TransformerEncoderLayer",
        NORM_FIRST,
        options.normFirst(),
        "activation_relu_or_gelu",
        options.activation() == Activation.RELU ? 1 : 2,
        "activation",
        function(options.activation()));
  }

  private static Value function(Activation activation) {
    return new Scalar.GlobalName(
        switch (activation) {
          case RELU -> "torch.nn.functional.relu";
          case GELU -> "torch._C._nn.gelu";
        });
  }

  private static TorchClass attention(MultiheadAttention attention) {
    AttentionOptions options = attention.options;
    int keys = options.keySize() == 0 ? attention.size : options.keySize();
    int values = options.valueSize() == 0 ? attention.size : options.valueSize();
    List<Object> fields =
        new ArrayList<>(
            List.of(
                "embed_dim",
                attention.size,
                "kdim",
                keys,
                "vdim",
                values,
                "_qkv_same_embed_dim",
                keys == attention.size && values == attention.size,
                "num_heads",
                attention.heads,
                "dropout",
                options.dropout(),
                "batch_first",
                options.batchFirst(),
                "head_dim",
                attention.size / attention.heads));
    if (!options.keyValueBias()) {
      fields.addAll(List.of("bias_k", Scalar.Nil.NONE, "bias_v", Scalar.Nil.NONE));
    }
    fields.addAll(List.of("add_zero_attn", options.zeroAttention()));
    return TorchClass.of("activation.MultiheadAttention", fields.toArray());
  }

  private static TorchClass recurrent(Recurrent network) {
    RecurrentOptions options = network.options;
    Dict.Builder fields = Dict.builder();
    String mode = network.pythonName();
    if (network instanceof Rnn rnn) {
      boolean tanh = rnn.nonlinearity == Rnn.Nonlinearity.TANH;
      fields.put("nonlinearity", new Scalar.Text(tanh ? "tanh" : "relu"));
      mode = tanh ? "RNN_TANH" : "RNN_RELU";
    }
    Dict.of(
            "mode",
            mode,
            "input_size",
            network.inputSize,
            "hidden_size",
            network.hiddenSize,
            LAYERS,
            options.layers(),
            "bias",
            options.bias() == Bias.LEARNED,
            "batch_first",
            options.batchFirst(),
            "dropout",
            options.dropout(),
            "bidirectional",
            options.bidirectional(),
            "proj_size",
            options.projection())
        .entries()
        .forEach(fields::put);
    List<String> names = List.copyOf(network.ownParameters().keySet());
    int each = names.size() / (options.layers() * options.directions());
    List<Value> groups = new ArrayList<>();
    for (int i = 0; i < names.size(); i += each) {
      groups.add(Seq.of(names.subList(i, i + each).toArray()));
    }
    fields.put("_flat_weights_names", Seq.of(names.toArray()));
    fields.put("_all_weights", Seq.of(Seq.Kind.LIST, groups));
    return new TorchClass(TorchLayers.PACKAGE + "rnn." + network.pythonName(), fields.build());
  }
}
