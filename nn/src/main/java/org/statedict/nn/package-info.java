/// Neural layers whose state_dict has PyTorch's names, shapes, order and numbers.
///
/// [org.statedict.nn.NnModule] is what every layer and every network is; it knows nothing of files.
/// A network's state goes through any format as a [org.statedict.tensor.StateDict].
package org.statedict.nn;
