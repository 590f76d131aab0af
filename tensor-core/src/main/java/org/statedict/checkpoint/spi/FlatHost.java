package org.statedict.checkpoint.spi;

import java.util.Set;
import java.util.function.Predicate;
import org.statedict.tensor.DType;

/// What a flat format can hold.
///
/// @param dtypes the element types that it has
/// @param names which names a tensor can be stored under
/// @param keepsOrder whether the order of its tensors comes back
public record FlatHost(Set<DType> dtypes, Predicate<String> names, boolean keepsOrder) {}
