package org.statedict.nn;

import java.util.List;
import java.util.Optional;
import org.statedict.tensor.DType;
import org.statedict.tensor.Tensor;

/// What a query must not look at.
///
/// @param pairs `(queries, keys)`, or `(n * heads, queries, keys)`: true where it must not look, or
///   numbers that are added
/// @param padding `(n, keys)`: true where a key stands for nothing
public record AttentionMask(Optional<Tensor> pairs, Optional<Tensor> padding) {
  /// Everything may be looked at.
  public static final AttentionMask NONE = new AttentionMask(Optional.empty(), Optional.empty());

  /// Only what came before, and itself.
  public static AttentionMask causal(int length) {
    float[] added = new float[length * length];
    for (int i = 0; i < length; i++) {
      for (int j = i + 1; j < length; j++) {
        added[i * length + j] = Float.NEGATIVE_INFINITY;
      }
    }
    return NONE.withPairs(Tensor.of(added, length, length));
  }

  public AttentionMask withPairs(Tensor mask) {
    return new AttentionMask(Optional.of(mask), padding);
  }

  public AttentionMask withPadding(Tensor mask) {
    return new AttentionMask(pairs, Optional.of(mask));
  }

  /// Scores `(n, heads, queries, keys)` with what is masked at minus infinity; keys behind those of
  /// the masks were added and may be looked at.
  Tensor apply(Tensor scores) {
    Tensor paired = pairs.map(mask -> pairs(scores, mask)).orElse(scores);
    return padding.map(mask -> padding(paired, mask)).orElse(paired);
  }

  private static Tensor pairs(Tensor scores, Tensor mask) {
    Tensor extended = extended(mask, scores.shape().dim(-1));
    Tensor fitting =
        mask.shape().rank() == 3
            ? extended.reshape(
                scores.shape().dim(0), scores.shape().dim(1), mask.shape().dim(1), -1)
            : extended;
    return mask.dtype() == DType.BOOL
        ? scores.maskedFill(fitting, Double.NEGATIVE_INFINITY)
        : scores.add(fitting.to(scores.dtype()));
  }

  private static Tensor padding(Tensor scores, Tensor mask) {
    Tensor extended = extended(mask, scores.shape().dim(-1)).unsqueeze(1).unsqueeze(1);
    return mask.dtype() == DType.BOOL
        ? scores.maskedFill(extended, Double.NEGATIVE_INFINITY)
        : scores.add(extended.to(scores.dtype()));
  }

  private static Tensor extended(Tensor mask, long keys) {
    long more = keys - mask.shape().dim(-1);
    if (more == 0) {
      return mask;
    }
    long[] dims = mask.shape().toArray();
    dims[dims.length - 1] = more;
    Tensor numbers = mask.dtype() == DType.BOOL ? mask.to(DType.FLOAT32) : mask;
    Tensor none = Tensor.zeros(dims).to(numbers.dtype());
    return Tensor.cat(-1, List.of(numbers, none)).to(mask.dtype());
  }
}
