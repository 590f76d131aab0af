/// Optimizers and learning rate schedulers whose state_dict is PyTorch's: keys, order, types and
/// numbers.
///
/// [org.statedict.optim.Optimizer] is what all have in common. They know parameters, not modules.
package org.statedict.optim;
