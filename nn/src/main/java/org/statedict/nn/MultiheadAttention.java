package org.statedict.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.statedict.tensor.Parameter;
import org.statedict.tensor.Tensor;

/// `softmax(Q K^T / sqrt(size / heads)) V` for each head, of projected queries, keys and values,
/// projected again.
///
/// `in_proj_weight`: `(3 size, size)`, or `q_proj_weight`, `k_proj_weight`, `v_proj_weight` if
/// sizes differ, uniform by Xavier's rule; `in_proj_bias`: `(3 size)`, zeros; `bias_k`, `bias_v`:
/// `(1, 1, size)`, normal by Xavier's rule; `out_proj.weight`, `out_proj.bias`: see [Linear], the
/// bias 0. Vaswani et al. 2017. As `torch.nn.MultiheadAttention`.
public final class MultiheadAttention extends NnModule {
  final int size;
  final int heads;
  final AttentionOptions options;
  private final List<Parameter> projections = new ArrayList<>();
  private final Optional<Parameter> bias;
  private final List<Parameter> added = new ArrayList<>();
  private final Linear outProj;

  public MultiheadAttention(int size, int heads) {
    this(size, heads, AttentionOptions.DEFAULT);
  }

  /// @throws IllegalArgumentException if the size cannot be divided among the heads
  public MultiheadAttention(int size, int heads, AttentionOptions options) {
    if (size % heads != 0) {
      throw new IllegalArgumentException(
          "a size of %d cannot be divided among %d heads".formatted(size, heads));
    }
    this.size = size;
    this.heads = heads;
    this.options = options;
    this.outProj =
        child("out_proj", new NonDynamicallyQuantizableLinear(size, size, options.bias()));
    outProj.bias().ifPresent(b -> b.set(Tensor.zeros(size)));
    addProjections();
    this.bias =
        optional(options.bias() == Bias.LEARNED, "in_proj_bias", () -> Tensor.zeros(3L * size));
    if (options.keyValueBias()) {
      added.add(parameter("bias_k", Init.xavierNormal(1, 1, size)));
      added.add(parameter("bias_v", Init.xavierNormal(1, 1, size)));
    }
  }

  private void addProjections() {
    int keys = options.keySize() == 0 ? size : options.keySize();
    int values = options.valueSize() == 0 ? size : options.valueSize();
    if (keys == size && values == size) {
      projections.add(parameter("in_proj_weight", Init.xavierUniform(3L * size, size)));
    } else {
      projections.add(parameter("q_proj_weight", Init.xavierUniform(size, size)));
      projections.add(parameter("k_proj_weight", Init.xavierUniform(size, keys)));
      projections.add(parameter("v_proj_weight", Init.xavierUniform(size, values)));
    }
  }

  /// The results without a mask; see [#forward(Tensor, Tensor, Tensor, AttentionMask)].
  public AttentionOutput forward(Tensor query, Tensor key, Tensor value) {
    return forward(query, key, value, AttentionMask.NONE);
  }

  /// The results for `query`: `(queries, n, size)`, `key`: `(keys, n, key size)` and `value`:
  /// `(keys, n, value size)`, or with `n` first if so built, or without `n`.
  public AttentionOutput forward(Tensor query, Tensor key, Tensor value, AttentionMask mask) {
    if (query.shape().dim(-1) != size) {
      throw misfit("queries [*, %d]".formatted(size), query);
    }
    if (query.shape().rank() == 2) {
      AttentionOutput batch =
          ofBatch(query.unsqueeze(0), key.unsqueeze(0), value.unsqueeze(0), mask);
      return new AttentionOutput(batch.output().squeeze(0), batch.weights().squeeze(0));
    }
    if (options.batchFirst()) {
      return ofBatch(query, key, value, mask);
    }
    AttentionOutput batch =
        ofBatch(query.transpose(0, 1), key.transpose(0, 1), value.transpose(0, 1), mask);
    return new AttentionOutput(batch.output().transpose(0, 1), batch.weights());
  }

  /// All tensors with `n` first.
  private AttentionOutput ofBatch(Tensor query, Tensor key, Tensor value, AttentionMask mask) {
    Tensor q = split(projected(query, 0)).mul(Math.sqrt((double) heads / size));
    Tensor k = split(extended(projected(key, 1), 0));
    Tensor v = split(extended(projected(value, 2), 1));
    Tensor weights = mask.apply(q.matmul(k.transpose(-1, -2))).softmax(-1);
    Tensor kept = isTraining() ? Dropout.drop(weights, options.dropout()) : weights;
    Tensor seen = kept.matmul(v).transpose(1, 2).reshape(query.shape().toArray());
    return new AttentionOutput(outProj.forward(seen), kept.mean(1));
  }

  private Tensor projected(Tensor x, int which) {
    long from = (long) which * size;
    Tensor weight =
        projections.size() == 1
            ? projections.getFirst().value().slice(0, from, from + size)
            : projections.get(which).value();
    Tensor product = x.matmul(weight.transpose(0, 1));
    return bias.map(b -> product.add(b.value().slice(0, from, from + size))).orElse(product);
  }

  /// Keys or values with those that are added to every sequence.
  private Tensor extended(Tensor x, int which) {
    long n = x.shape().dim(0);
    List<Tensor> parts = new ArrayList<>(List.of(x));
    if (options.keyValueBias()) {
      parts.add(added.get(which).value().expand(n, 1, size));
    }
    if (options.zeroAttention()) {
      parts.add(Tensor.zeros(n, 1, size).to(x.dtype()));
    }
    return parts.size() == 1 ? x : Tensor.cat(1, parts);
  }

  /// `(n, time, size)` as `(n, heads, time, size / heads)`.
  private Tensor split(Tensor x) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), heads, size / heads).transpose(1, 2);
  }
}
