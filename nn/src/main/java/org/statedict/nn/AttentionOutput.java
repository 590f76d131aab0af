package org.statedict.nn;

import org.statedict.tensor.Tensor;

/// What an attention gives.
///
/// @param output of the shape of the queries
/// @param weights how much each query looked at each key, the mean over the heads: `(n, queries,
///   keys)`
public record AttentionOutput(Tensor output, Tensor weights) {}
