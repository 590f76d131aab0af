package org.statedict.checkpoint.spi;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.statedict.checkpoint.SavePlan.Loss;
import org.statedict.tensor.Tensor;

/// A value as a flat format stores it.
///
/// @param tensors the tensors to be stored, by name, in a type that the format has
/// @param tree the text that describes the tree, if there is to be one
/// @param lost what the file will not keep
public record Flat(SequencedMap<String, Tensor> tensors, Optional<String> tree, List<Loss> lost) {}
