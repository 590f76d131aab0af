/// Tensors, storages and the value tree: what a checkpoint holds, without a word about files.
///
/// A [Tensor] is an immutable view of a [Storage]; several tensors may view one storage, which is
/// how tied weights and slices are represented. A [Value] is a node of a checkpoint: a tensor, a
/// [Dict], a [Seq], a [Scalar] or an [Opaque] object. Nothing here opens a file.
package org.statedict.tensor;
