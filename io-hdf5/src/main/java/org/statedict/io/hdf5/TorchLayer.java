package org.statedict.io.hdf5;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.spi.Contiguous;
import org.statedict.tensor.DType;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Storage;
import org.statedict.tensor.Tensor;

/// The parameters and buffers that a layer has in PyTorch. Axes are moved as views; what has to be
/// joined or regrouped is computed when it is read.
final class TorchLayer {
  private final KerasLayer layer;
  private final SequencedMap<String, Tensor> entries = new LinkedHashMap<>();

  private TorchLayer(KerasLayer layer) {
    this.layer = layer;
  }

  /// The entries by PyTorch's names; empty if PyTorch has no such layer, or this is none that is
  /// known.
  static Optional<SequencedMap<String, Tensor>> of(KerasLayer layer) {
    TorchLayer torch = new TorchLayer(layer);
    return torch.convert() ? Optional.of(torch.entries) : Optional.empty();
  }

  private boolean convert() {
    if (layer.has("query/kernel")) {
      return attention();
    }
    if (layer.has("forward/kernel")) {
      return recurrent(layer.part("forward/"), "_l0")
          && recurrent(layer.part("backward/"), "_l0_reverse");
    }
    if (layer.has("recurrent_kernel")) {
      return recurrent(layer, "_l0");
    }
    if (layer.has("depthwise_kernel")) {
      return depthwise();
    }
    if (layer.has("moving_mean")) {
      return batchNorm();
    }
    return simple();
  }

  private boolean simple() {
    for (String variable : layer.variables().keySet()) {
      Tensor tensor = layer.of(variable);
      switch (variable) {
        case "kernel" -> {
          if (tensor.shape().rank() < 2 || tensor.shape().rank() > 5) {
            return false;
          }
          entries.put("weight", kernel(tensor));
        }
        case "embeddings", "gamma", "scale" -> entries.put("weight", tensor);
        case "alpha" -> entries.put("weight", reshaped(tensor, tensor.elementCount()));
        case "bias", "beta" -> entries.put("bias", tensor);
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private Tensor kernel(Tensor kernel) {
    boolean dense = kernel.shape().rank() == 2;
    Optional<Long> channels = dense ? layer.channels() : Optional.empty();
    return channels.filter(c -> c > 0 && kernel.shape().dim(0) % c == 0).isPresent()
        ? channelsFirst(kernel, channels.get())
        : reversed(kernel);
  }

  /// Of a kernel behind a flattened image: its inputs come by pixel in Keras, by channel in
  /// PyTorch.
  private static Tensor channelsFirst(Tensor kernel, long channels) {
    long outputs = kernel.shape().dim(1);
    long inputs = kernel.shape().dim(0);
    Tensor regrouped = kernel.reshape(inputs / channels, channels, outputs).permute(2, 1, 0);
    return reshaped(regrouped, outputs, inputs);
  }

  /// Kernels have inputs and outputs last, those of PyTorch outputs and inputs first.
  private static Tensor reversed(Tensor kernel) {
    int rank = kernel.shape().rank();
    int[] order = new int[rank];
    order[0] = rank - 1;
    order[1] = rank - 2;
    for (int i = 2; i < rank; i++) {
      order[i] = i - 2;
    }
    return kernel.permute(order);
  }

  private static Tensor reshaped(Tensor tensor, long... dims) {
    return Contiguous.of(tensor).as(tensor.dtype(), Shape.of(dims));
  }

  /// Each input channel is a group of its own.
  private boolean depthwise() {
    Tensor kernel = layer.of("depthwise_kernel");
    int rank = kernel.shape().rank();
    boolean separable = layer.has("pointwise_kernel");
    if (rank < 3 || rank > 4 || layer.variables().size() > (separable ? 3 : 2)) {
      return false;
    }
    Tensor moved = rank == 3 ? kernel.permute(1, 2, 0) : kernel.permute(2, 3, 0, 1);
    long[] dims = new long[rank];
    dims[0] = moved.shape().dim(0) * moved.shape().dim(1);
    dims[1] = 1;
    for (int i = 2; i < rank; i++) {
      dims[i] = moved.shape().dim(i);
    }
    entries.put(separable ? "depthwise.weight" : "weight", reshaped(moved, dims));
    layer
        .get("pointwise_kernel")
        .ifPresent(pointwise -> entries.put("pointwise.weight", reversed(pointwise)));
    layer.get("bias").ifPresent(b -> entries.put(separable ? "pointwise.bias" : "bias", b));
    return true;
  }

  /// PyTorch has both of scale and shift or none.
  private boolean batchNorm() {
    Tensor mean = layer.of("moving_mean");
    if (layer.has("gamma") || layer.has("beta")) {
      entries.put("weight", layer.get("gamma").orElseGet(() -> filled(mean, 1)));
      entries.put("bias", layer.get("beta").orElseGet(() -> filled(mean, 0)));
    }
    entries.put("running_mean", mean);
    layer.get("moving_variance").ifPresent(variance -> entries.put("running_var", variance));
    entries.put(
        "num_batches_tracked",
        Tensor.over(Storage.of(new byte[Long.BYTES]), DType.INT64, Shape.of()));
    return layer.has("moving_variance");
  }

  private static Tensor filled(Tensor like, float value) {
    return Tensor.full(value, like.shape().toArray()).to(like.dtype());
  }

  /// The gates of LSTM stand in one order in both; those of GRU are z, r, h here and r, z, n there.
  private boolean recurrent(KerasLayer part, String suffix) {
    if (!part.has("kernel") || !part.has("recurrent_kernel")) {
      return false;
    }
    Tensor recurrent = part.of("recurrent_kernel");
    boolean plain = part.of("kernel").shape().rank() == 2 && recurrent.shape().rank() == 2;
    long units = plain ? recurrent.shape().dim(0) : 0;
    long gates = units == 0 ? 0 : recurrent.shape().dim(1) / units;
    Optional<Tensor> bias = part.get("bias");
    boolean gru = gates == 3;
    boolean known =
        gates == 1 || gates == 4 || (gru && bias.stream().allMatch(b -> b.shape().rank() == 2));
    if (!known) {
      return false;
    }
    entries.put("weight_ih" + suffix, gates(part.of("kernel").transpose(0, 1), units));
    entries.put("weight_hh" + suffix, gates(recurrent.transpose(0, 1), units));
    if (bias.isPresent()) {
      Tensor both = bias.get();
      entries.put("bias_ih" + suffix, gru ? gates(both.select(0, 0), units) : both);
      entries.put("bias_hh" + suffix, gru ? gates(both.select(0, 1), units) : filled(both, 0));
    }
    return true;
  }

  /// Rows by gate, in PyTorch's order.
  private static Tensor gates(Tensor rows, long units) {
    if (rows.shape().dim(0) != 3 * units) {
      return rows;
    }
    List<Tensor> ordered =
        List.of(
            rows.slice(0, units, 2 * units),
            rows.slice(0, 0, units),
            rows.slice(0, 2 * units, 3 * units));
    return Contiguous.of(ordered).as(rows.dtype(), rows.shape());
  }

  /// PyTorch has queries, keys and values of one width, all heads together as wide as that.
  private boolean attention() {
    List<KerasLayer> inputs =
        List.of(layer.part("query/"), layer.part("key/"), layer.part("value/"));
    KerasLayer output = layer.part("attention_output/");
    boolean whole = output.has("kernel") && inputs.stream().allMatch(p -> p.has("kernel"));
    if (!whole) {
      return false;
    }
    Tensor query = inputs.getFirst().of("kernel");
    long width = query.shape().dim(0);
    boolean square =
        query.shape().rank() == 3
            && query.elementCount() == width * width
            && inputs.stream().allMatch(p -> p.of("kernel").shape().equals(query.shape()))
            && output.of("kernel").elementCount() == width * width;
    if (!square) {
      return false;
    }
    List<Tensor> weights =
        inputs.stream().map(p -> reshaped(p.of("kernel"), width, width).transpose(0, 1)).toList();
    entries.put(
        "in_proj_weight", Contiguous.of(weights).as(query.dtype(), Shape.of(3 * width, width)));
    if (inputs.stream().allMatch(p -> p.has("bias"))) {
      List<Tensor> biases = inputs.stream().map(p -> p.of("bias")).toList();
      entries.put("in_proj_bias", Contiguous.of(biases).as(query.dtype(), Shape.of(3 * width)));
    }
    entries.put("out_proj.weight", reshaped(output.of("kernel"), width, width).transpose(0, 1));
    output.get("bias").ifPresent(bias -> entries.put("out_proj.bias", bias));
    return true;
  }
}
